// Light or dark: as the system has it, unless somebody chose here.
import { useState } from 'preact/hooks';

const KEY = 'ai4k8s-theme';
const THEMES = ['auto', 'light', 'dark'] as const;
type Theme = (typeof THEMES)[number];

function isTheme(text: string | undefined): text is Theme {
  return THEMES.some((theme) => theme === text);
}

function apply(theme: Theme): void {
  if (theme === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

function kept(): Theme {
  const theme = localStorage.getItem(KEY) ?? undefined;
  return isTheme(theme) ? theme : 'auto';
}

apply(kept());

export function ThemeButton() {
  const [theme, setTheme] = useState<Theme>(kept);
  const turn = () => {
    const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'auto';
    localStorage.setItem(KEY, next);
    apply(next);
    setTheme(next);
  };
  return (
    <button type="button" class="quiet" onClick={turn}>
      Theme: {theme}
    </button>
  );
}
