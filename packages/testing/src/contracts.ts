export { cacheContract } from './contracts/cache-contract.ts';
export type { CacheHarness, CacheNeed } from './contracts/cache-harness.ts';
export { contractTests } from './contracts/contract.ts';
export type { ContractCase, ContractTest, ContractTestOptions } from './contracts/contract.ts';
export type { Harness } from './contracts/harness.ts';
export { loaderContract } from './contracts/loader-contract.ts';
export type { LoaderHarness, LoaderNeed } from './contracts/loader-harness.ts';
