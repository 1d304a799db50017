import { casesOf, type ContractCase } from './contract.ts';
import { type LoaderHarness, type LoaderNeed, whoLacks } from './loader-harness.ts';
import { abortRules } from './loader-rules/abort.ts';
import { documentRules } from './loader-rules/documents.ts';
import { failureRules } from './loader-rules/failures.ts';
import { lifeRules } from './loader-rules/life.ts';
import { validatorRules } from './loader-rules/validators.ts';
import { watchRules } from './loader-rules/watch.ts';

/** What the engine relies on in every `Loader`. A new case is a minor release: it may find what was wrong before. */
export const loaderContract: readonly ContractCase<LoaderHarness, LoaderNeed>[] = casesOf(
  [
    ...documentRules,
    ...validatorRules,
    ...failureRules,
    ...abortRules,
    ...lifeRules,
    ...watchRules,
  ],
  whoLacks,
);
