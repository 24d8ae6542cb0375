import { Resolver } from 'node:dns/promises';
import type { EmulatorHandle } from '../../__tests__/helpers/emulator.ts';
import { getHttps } from '../../__tests__/helpers/https.ts';

export type Count = { blue: number; green: number; failed: number };

/** A user who keeps asking for one name after the other: for an address at the emulated DNS, then over TLS for the page, each time anew. */
export type Traffic = {
  /** What was answered since the last time. */
  readonly take: () => Count;
  /** Resolves when so many more were answered. */
  readonly wait: (requests: number) => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly total: () => Count;
};

const pauseMs = 15;

export function startTraffic(options: {
  readonly emulator: EmulatorHandle;
  readonly domains: readonly string[];
  /** Text that tells an answer of green from one of blue. */
  readonly greenSays: string;
  readonly blueSays: string;
}): Traffic {
  const { emulator, domains, greenSays, blueSays } = options;
  const resolver = new Resolver();
  resolver.setServers([emulator.dns]);
  const total: Count = { blue: 0, green: 0, failed: 0 };
  let since: Count = { ...total };
  let running = true;
  const ask = async (domain: string): Promise<keyof Count> => {
    try {
      const [address] = await resolver.resolve4(domain);
      const { status, body } = await getHttps(emulator, domain, address);
      if (status !== 200) return 'failed';
      if (body.includes(greenSays)) return 'green';
      return body.includes(blueSays) ? 'blue' : 'failed';
    } catch {
      return 'failed';
    }
  };
  const loop = (async () => {
    for (let asked = 0; running; asked += 1) {
      total[await ask(domains[asked % domains.length] ?? '')] += 1;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  })();
  const answered = () => total.blue + total.green + total.failed;
  return {
    take: () => {
      const count = {
        blue: total.blue - since.blue,
        green: total.green - since.green,
        failed: total.failed - since.failed,
      };
      since = { ...total };
      return count;
    },
    wait: async (requests) => {
      const goal = answered() + requests;
      while (answered() < goal) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    },
    stop: async () => {
      running = false;
      await loop;
    },
    total: () => total,
  };
}
