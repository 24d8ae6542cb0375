import type { AwsError, AwsService } from '../world.ts';
import { fitToModel } from './fit.ts';
import { ANSWER_FORM, REQUEST_FORMS, type RequestForm } from './forms.ts';
import type { Misfit } from './misfit.ts';
import { loadModel, type ModelName, type OperationShape } from './model.ts';

/** Required by the model, and yet not in every answer of AWS. */
const LEFT_OUT_BY_AWS: readonly string[] = [
  // "For the second and subsequent calls": https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHostedZones.html
  'route53:ListHostedZones Marker',
  // A private zone has no name servers that were delegated to it.
  'route53:CreateHostedZone DelegationSet',
];

/** An answer of the emulator that AWS cannot give: a mistake of the emulator, never of its client. */
export class MisshapenAnswer extends Error {}

/** The input as the model has it, or the service's refusal. Members that the model does not know are passed over. */
export async function readInput(
  { name, refuse }: AwsService,
  call: { readonly operation: string; readonly input: unknown; readonly form: RequestForm },
): Promise<Record<string, unknown> | AwsError> {
  const shape = await shapeOf(name, call.operation);
  const { value, misfits } = fitToModel(call.input, shape.input, REQUEST_FORMS[call.form]);
  const broken = misfits.filter(({ problem }) => problem.kind !== 'unknown');
  return broken.length > 0 ? refuse(broken, call.operation) : { ...Object(value) };
}

/** Throws `MisshapenAnswer`. */
export async function checkOutput(model: ModelName, operation: string, output: unknown): Promise<void> {
  const { misfits } = fitToModel(output ?? {}, (await shapeOf(model, operation)).output, ANSWER_FORM);
  const wrong = misfits.filter(({ path, problem }) => {
    return problem.kind !== 'missing' || !LEFT_OUT_BY_AWS.includes(`${model}:${operation} ${path}`);
  });
  if (wrong.length === 0) return;
  throw new MisshapenAnswer(
    `The emulator's answer to ${model}:${operation} is none of AWS's: ${wrong.map(describe).join('; ')}`,
  );
}

/** Codes that are answered with whatever the model says. */
const OTHER_ERRORS: readonly string[] = [
  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/CommonErrors.html and its like of each query API
  'AccessDenied',
  'Throttling',
  'ValidationError',
  // https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
  'SerializationException',
  'UnknownOperationException',
  // The emulator's own: what it does not model is refused by name.
  'UnsupportedOperation',
  // Seen in public reports of load balancers, and in no model.
  'UnsupportedCertificate',
];

/** Throws `MisshapenAnswer` for a refusal that the service cannot give. */
export async function checkError(model: ModelName, { code, status }: AwsError): Promise<void> {
  const { errors } = await loadModel(model);
  if (OTHER_ERRORS.includes(code)) return;
  const wanted = errors.get(code);
  if (errors.has(code) && (wanted === undefined || wanted === status)) return;
  const why = errors.has(code) ? `has the status ${wanted}, not ${status}` : 'is unknown to the model';
  throw new MisshapenAnswer(`The emulator's refusal by ${model}: ${code} ${why}`);
}

async function shapeOf(model: ModelName, operation: string): Promise<OperationShape> {
  const shape = (await loadModel(model)).operations.get(operation);
  if (shape) return shape;
  throw new MisshapenAnswer(`AWS's model of ${model} knows no operation ${operation}.`);
}

function describe({ path, problem }: Misfit): string {
  if (problem.kind === 'missing') return `${path} is missing`;
  if (problem.kind === 'unknown') return `${path} is unknown to the model`;
  return `${path} is ${JSON.stringify(problem.value)}, not a ${problem.wanted}`;
}
