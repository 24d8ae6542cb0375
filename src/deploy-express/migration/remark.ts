import type { Remark } from '../model/inputs.ts';

/** To be done before the service can do what it did. */
export function urgent(topic: string, seen: string, todo: string): Remark {
  return { topic, seen, todo, isUrgent: true, isToDo: true };
}

export function plain(topic: string, seen: string, todo: string): Remark {
  return { topic, seen, todo, isUrgent: false, isToDo: true };
}

/** Good to know: nobody has to do anything. */
export function note(topic: string, seen: string, known: string): Remark {
  return { topic, seen, todo: known, isUrgent: false, isToDo: false };
}
