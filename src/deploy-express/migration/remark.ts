import type { Remark } from '../model/inputs.ts';

/** To be done before the service can do what it did. */
export function urgent(topic: string, seen: string, todo: string): Remark {
  return { topic, seen, todo, isUrgent: true };
}

export function plain(topic: string, seen: string, todo: string): Remark {
  return { topic, seen, todo, isUrgent: false };
}
