/** Something of App Runner that Express does not have, or has otherwise. */
export type Remark = {
  readonly topic: string;
  readonly seen: string;
  readonly todo: string;
  /** Without it the service does not work, or not as it did. */
  readonly isUrgent: boolean;
};

export function urgent(topic: string, seen: string, todo: string): Remark {
  return { topic, seen, todo, isUrgent: true };
}

export function plain(topic: string, seen: string, todo: string): Remark {
  return { topic, seen, todo, isUrgent: false };
}
