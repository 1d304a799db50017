/** What operators do with a config: one module, loaded when one of them does something. */
export { explain } from './explain.ts';
export { clearOverrides, overrideBy, overridesOf } from './override.ts';
export { acceptRefused } from './accept-refused.ts';
export { restore } from './restore.ts';
export { diffVersions, rollback, versionsOf } from './history.ts';
export { pin, unpin } from './pin.ts';
export { deleteSnapshot, listSnapshots, takeSnapshot } from './snapshots.ts';
export { operatorOf } from './operator.ts';
export { exportState, importState } from './import-state.ts';
export { transaction } from './transaction.ts';
export { probeSoon, resetBreakers } from './breakers.ts';
