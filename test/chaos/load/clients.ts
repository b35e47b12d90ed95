import { setTimeout as wait } from 'node:timers/promises';
import { chaosProviders } from '../lab.ts';
import type { Random } from '../random.ts';
import type { ApiSlot, World } from '../world/world.ts';
import type { Account } from './account.ts';
import { connectAccount } from './connect.ts';
import { anybodysOperations, ownersOperations } from './operations.ts';
import type { Recorder } from './recorder.ts';

export interface Load {
  readonly accounts: readonly Account[];
  /** Every client does its operations until the signal. */
  run(signal: AbortSignal): Promise<void>;
}

const clients = 6;
const pauseMs = [100, 700] as const;
/** Of a hundred operations of a client on its own accounts. */
const ownersShare = { connectAgain: 2, replace: 2 };
/** An account that could not be connected, or asks for a person, is seen to at its owner's next look. */
const lookAfterShare = 10;

/** Connects one account per client and provider. @throws Error when one cannot be connected: nothing is wrong yet */
export async function openLoad(world: World, recorder: Recorder, random: Random): Promise<Load> {
  const signal = AbortSignal.timeout(120_000);
  const owners = await Promise.all(
    Array.from({ length: clients }, async (_, index) => {
      const accounts: Account[] = [];
      for (const provider of chaosProviders) {
        const { client } = standing(world.apis, index);
        const asking = { client, publicUrl: world.publicUrl, recorder, provider, signal };
        const credentialId = await connectAccount(asking);
        if (credentialId === null) throw new Error(`an account of ${provider} could not be connected`);
        accounts.push({ provider, credentialId, leaseId: null });
      }
      return { accounts, random: random.fork(`client ${index}`) };
    }),
  );
  const all = owners.flatMap(({ accounts }) => accounts);
  return {
    accounts: all,
    run: async (until) => {
      await Promise.all(owners.map((owner) => beClient(world, recorder, { ...owner, all }, until)));
    },
  };
}

interface Owner {
  readonly accounts: readonly Account[];
  readonly all: readonly Account[];
  readonly random: Random;
}

/** What is drawn does not depend on what was answered: the same seed asks for the same things in the same order. */
async function beClient(world: World, recorder: Recorder, owner: Owner, signal: AbortSignal): Promise<void> {
  const { accounts, all, random } = owner;
  for (let turn = 0; !signal.aborted; turn += 1) {
    const own = random.pick(accounts);
    const anyone = random.pick(all);
    const share = random.integer(0, 99);
    const chosen = random.integer(0, 99);
    const { client } = standing(world.apis, random.integer(0, 99));
    const asking = {
      client,
      publicUrl: world.publicUrl,
      recorder,
      random: random.fork(`turn ${turn}`),
      signal,
    };
    if (share < ownersShare.connectAgain) await ownersOperations.connectAgain({ ...asking, account: own });
    else if (share < ownersShare.connectAgain + ownersShare.replace)
      await ownersOperations.replace({ ...asking, account: own });
    else if (share < lookAfterShare) await lookAfter(own, asking);
    else await operationAt(chosen)({ ...asking, account: anyone });
    await wait(random.integer(...pauseMs), undefined, { signal }).catch(() => undefined);
  }
}

/** As a load balancer does: the one that is meant, or the next that is up. */
function standing(apis: readonly ApiSlot[], index: number): ApiSlot {
  const inTurn = apis.map((_, step) => apis[(index + step) % apis.length]).filter((api) => api !== undefined);
  const chosen = inTurn.find(({ process }) => process !== null) ?? inTurn[0];
  if (chosen === undefined) throw new Error('a world without an API');
  return chosen;
}

type Asking = Omit<Parameters<(typeof anybodysOperations)[number][0]>[0], 'account'>;

async function lookAfter(account: Account, asking: Asking): Promise<void> {
  if (account.credentialId === null) return ownersOperations.replace({ ...asking, account });
  const answer = await asking.recorder.call('look', () =>
    asking.client.get(`/v1/credentials/${account.credentialId}`),
  );
  if (answer?.status === 200 && answer.body.status === 'reauthorization_required')
    await ownersOperations.connectAgain({ ...asking, account });
}

function operationAt(chosen: number): (typeof anybodysOperations)[number][0] {
  let bound = 0;
  for (const [operation, parts] of anybodysOperations) {
    bound += parts;
    if (chosen < bound) return operation;
  }
  throw new RangeError('the parts of the operations do not make a hundred');
}
