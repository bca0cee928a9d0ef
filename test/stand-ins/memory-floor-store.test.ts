// The stand-in keeps the contract that the table keeps.
import { floorStoreContract } from '../contracts/floor-store.ts';
import { makeMemoryFloorStore } from './memory-floor-store.ts';

floorStoreContract('in memory', makeMemoryFloorStore);
