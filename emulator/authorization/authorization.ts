import { appendFileSync, readFileSync } from 'node:fs';
import type { Control } from '../control/control-plane.ts';
import { type Denial, judge, type Need, type Policy, parsePolicy } from './policy.ts';

export type Caller = {
  readonly accessKeyId: string;
  /** What the client says it runs for: `AWS_SDK_UA_APP_ID`. */
  readonly application: string | undefined;
};

export type Authorization = {
  /** Whether anybody wants to know what calls need: the reference is not read before. */
  readonly isOn: () => boolean;
  /** Writes down what is needed; returns the first need that the policy does not meet. */
  readonly check: (caller: Caller, needs: readonly Need[]) => Denial | undefined;
  /** `/_emulator/policy`: another policy, or none. */
  readonly control: Control;
};

/**
 * Enforces an identity policy on one access key, the one the emulator gives out. All others may do everything: with them
 * a test sets the scene, and sessions of other roles have policies of their own.
 */
export function createAuthorization(options: {
  readonly accessKeyId: string;
  readonly policyFile: string | undefined;
  readonly recordFile: string | undefined;
}): Authorization {
  let document: unknown = options.policyFile === undefined ? undefined : readDocument(options.policyFile);
  let policy: Policy | undefined = document === undefined ? undefined : parsePolicy(document);
  const record = options.recordFile === undefined ? undefined : createRecord(options.recordFile);
  return {
    isOn: () => policy !== undefined || record !== undefined,
    check: (caller, needs) => {
      for (const need of needs) record?.(caller, need);
      if (policy === undefined || caller.accessKeyId !== options.accessKeyId) return undefined;
      for (const need of needs) {
        const denial = judge(policy, need);
        if (denial) return denial;
      }
      return undefined;
    },
    control: {
      GET: () => document,
      POST: (body) => {
        policy = parsePolicy(body);
        document = body;
      },
      DELETE: () => {
        policy = undefined;
        document = undefined;
      },
    },
  };
}

function readDocument(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new TypeError(`--policy: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** One line for each action that an application needed, once: several emulators may write to the same file. */
function createRecord(file: string): (caller: Caller, need: Need) => void {
  const known = new Set<string>();
  return ({ application }, { action }) => {
    const line = `${application ?? '-'} ${action}\n`;
    if (known.has(line)) return;
    known.add(line);
    appendFileSync(file, line);
  };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
export function describeDenial({ need, because }: Denial, principalArn: string): string {
  const reason =
    because === 'nothing allows it'
      ? `because no identity-based policy allows the ${need.action} action`
      : 'with an explicit deny in an identity-based policy';
  return `User: ${principalArn} is not authorized to perform: ${need.action} on resource: ${need.resource} ${reason}`;
}
