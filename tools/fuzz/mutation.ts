import type { Answer, Scenery, Step } from './answer.ts';
import { ANSWER_MUTATIONS } from './mutate-answer.ts';
import { PIECES_MUTATIONS } from './mutate-pieces.ts';
import { STEPS_MUTATIONS } from './mutate-steps.ts';
import { answerOf } from './answer.ts';
import { Chance } from './chance.ts';
import { deliveryOf, piecesOf } from './render.ts';

/** A change by name; its own seed keeps it as it is when others are taken away. */
interface Mutation {
  readonly name: string;
  readonly seed: number;
}

/** Everything that an answer follows from. */
export interface Recipe {
  readonly seed: number;
  readonly mutations: readonly Mutation[];
}

const NAMES = [ANSWER_MUTATIONS, PIECES_MUTATIONS, STEPS_MUTATIONS].flatMap(Object.keys);

/** One answer in four is left as it is: what is right has to be understood. */
export function recipeOf(chance: Chance): Recipe {
  const count = chance.pick([0, 1, 1, 1, 2, 2, 3, 5]);
  const mutations = Array.from({ length: count }, () => ({
    name: chance.pick(NAMES),
    seed: chance.seed(),
  }));
  return { seed: chance.seed(), mutations };
}

/** What the origin does: the answer is changed first, then its lines and chunks, then the way in which it is sent. */
export function stepsOf({ seed, mutations }: Recipe, scenery: Scenery): Step[] {
  const answer = applied<Answer>(
    ANSWER_MUTATIONS,
    mutations,
    scenery,
  )(answerOf(new Chance(seed), scenery));
  const whole = piecesOf(answer, new Chance(seed, 1));
  const pieces = applied<Buffer[]>(PIECES_MUTATIONS, mutations, scenery)(whole);
  return applied<Step[]>(STEPS_MUTATIONS, mutations, scenery)(deliveryOf(answer, pieces));
}

/** A change of one kind of thing; what it is given stays as it is. */
export type Change<T> = (thing: T, chance: Chance, scenery: Scenery) => T;

function applied<T>(
  changes: Readonly<Record<string, Change<T>>>,
  mutations: readonly Mutation[],
  scenery: Scenery,
): (thing: T) => T {
  return (thing) =>
    mutations.reduce((changed, { name, seed }) => {
      const change = changes[name];
      return change ? change(changed, new Chance(seed), scenery) : changed;
    }, thing);
}
