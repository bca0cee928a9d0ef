// The stand-in keeps the contract that the table keeps.
import { askedStoreContract } from '../contracts/request-store.ts';
import { makeMemoryAskedStore } from './memory-request-store.ts';

askedStoreContract('in memory', makeMemoryAskedStore);
