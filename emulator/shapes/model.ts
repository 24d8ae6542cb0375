import { NormalizedSchema } from '@smithy/core/schema';

/** What AWS's model of a service says of one operation, as the SDK of the service ships it. */
export type OperationShape = {
  readonly name: string;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
  /** Of services whose requests are told apart by method and path: `/2013-04-01/hostedzone/{Id}`. */
  readonly http: { readonly method: string; readonly path: string; readonly status: number } | undefined;
};

export type Model = {
  readonly operations: ReadonlyMap<string, OperationShape>;
  /** Errors by the codes they have on the wire, with the HTTP status where the model has one. */
  readonly errors: ReadonlyMap<string, number | undefined>;
};

/** Loaded with the first call of the service: the emulator starts without them. */
const CLIENTS = {
  acm: () => import('@aws-sdk/client-acm'),
  apprunner: () => import('@aws-sdk/client-apprunner'),
  cloudwatch: () => import('@aws-sdk/client-cloudwatch'),
  ecr: () => import('@aws-sdk/client-ecr'),
  ecs: () => import('@aws-sdk/client-ecs'),
  elbv2: () => import('@aws-sdk/client-elastic-load-balancing-v2'),
  iam: () => import('@aws-sdk/client-iam'),
  logs: () => import('@aws-sdk/client-cloudwatch-logs'),
  route53: () => import('@aws-sdk/client-route-53'),
  sts: () => import('@aws-sdk/client-sts'),
} as const;

export type ModelName = keyof typeof CLIENTS;

const loaded = new Map<ModelName, Promise<Model>>();

export function loadModel(name: ModelName): Promise<Model> {
  const known = loaded.get(name) ?? CLIENTS[name]().then(readModel);
  loaded.set(name, known);
  return known;
}

/** What a schema is, by its first item: `[9, namespace, name, traits, input, output]`, `[-3, namespace, name, traits, …]`. */
const OPERATION = 9;
const ERROR = -3;

function readModel(client: object): Model {
  const schemas = Object.values(client).filter(Array.isArray);
  const operations = schemas.filter(([kind]) => kind === OPERATION);
  const errors = schemas.filter(([kind]) => kind === ERROR);
  return {
    operations: new Map(
      operations.map(([, , name, traits, input, output]): [string, OperationShape] => [
        name,
        {
          name,
          input: NormalizedSchema.of(input),
          output: NormalizedSchema.of(output),
          http: readHttp(traits),
        },
      ]),
    ),
    errors: new Map(errors.flatMap(([, , name, traits]) => codesOf(name, Object(traits)))),
  };
}

/** The older query APIs have a code that differs from the name of the shape; JSON services that once spoke it have both. */
function codesOf(
  name: string,
  { awsQueryError, httpError }: { readonly awsQueryError?: [code: string]; readonly httpError?: number },
): [string, number | undefined][] {
  const codes = awsQueryError === undefined ? [name] : [name, awsQueryError[0]];
  return codes.map((code) => [code, httpError]);
}

function readHttp(traits: unknown): OperationShape['http'] {
  const { http } = Object(traits);
  return Array.isArray(http) ? { method: http[0], path: http[1], status: http[2] } : undefined;
}

/** A structure's schema is `[3, namespace, name, traits, members, schemas, required]`: so many of the first are required. */
export function requiredMembers(structure: NormalizedSchema): readonly string[] {
  const schema: unknown = structure.getSchema();
  if (!Array.isArray(schema)) return [];
  const [, , , , members, , required] = schema;
  return Array.isArray(members) && typeof required === 'number' ? members.slice(0, required) : [];
}
