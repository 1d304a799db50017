/** Contracts: what the modules of an application need of its config. */
export { createContract } from './contract.ts';
export type { Compatible, Contract, ContractOptions, RegisterContractOptions } from './contract.ts';
