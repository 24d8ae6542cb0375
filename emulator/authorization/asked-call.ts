export type AskedCall = {
  /** As in the request log. */
  readonly service: string;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
};

/** What the needs of a call depend on beside the call. */
export type Surroundings = {
  readonly region: string;
  readonly accountId: string;
  /** Roles that the tasks of an Express service have. */
  readonly rolesOfService: (serviceArn: string) => readonly string[];
  /** Roles that a task definition names: by ARN, family and revision, or family. */
  readonly rolesOfDefinition: (reference: string) => readonly string[];
};

export type Place = Surroundings & {
  readonly partition: string;
  readonly arn: (service: string, resource: string) => string;
};

/** The member's text or texts; none when it is missing or something else. */
export function textsIn(input: Readonly<Record<string, unknown>>, name: string): readonly string[] {
  const value = input[name];
  return (Array.isArray(value) ? value : [value]).filter(
    (one): one is string => typeof one === 'string' && one !== '',
  );
}
