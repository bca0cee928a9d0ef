import { render } from 'preact';
import { LocationProvider } from 'preact-iso';
import { takeToken } from './api/token.ts';
import { App } from './app.tsx';
import './style/base.css';

takeToken();
const page = document.getElementById('page');
if (page === null) throw new Error('index.html has no #page');
render(
  <LocationProvider scope="/autoscaling">
    <App />
  </LocationProvider>,
  page,
);
