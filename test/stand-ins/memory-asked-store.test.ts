// The stand-in keeps the contract that the table keeps.
import { askedStoreContract } from '../contracts/asked-store.ts';
import { makeMemoryAskedStore } from './memory-asked-store.ts';

askedStoreContract('in memory', makeMemoryAskedStore);
