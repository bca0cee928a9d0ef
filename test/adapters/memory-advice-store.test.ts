// A backtest's advice store keeps the same promises as the table's.
import { makeMemoryAdviceStore } from '../../lib/adapters/memory-advice-store.ts';
import { adviceStoreContract } from '../contracts/advice-store.ts';

const store = makeMemoryAdviceStore();
adviceStoreContract('in memory', () => store);
