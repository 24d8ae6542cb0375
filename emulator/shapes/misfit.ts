/** A member that is not as the model has it. */
export type Misfit = {
  /** As in AWS's own sentences: `tags.1.member.key`, with the members' own names. */
  readonly path: string;
  readonly problem:
    | { readonly kind: 'missing' }
    | { readonly kind: 'unknown' }
    | { readonly kind: 'type'; readonly wanted: Wanted; readonly value: unknown };
};

export type Wanted = 'string' | 'number' | 'boolean' | 'timestamp' | 'blob' | 'list' | 'map' | 'structure';
