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

async function shapeOf(model: ModelName, operation: string): Promise<OperationShape> {
  const shape = (await loadModel(model)).get(operation);
  if (shape) return shape;
  throw new MisshapenAnswer(`AWS's model of ${model} knows no operation ${operation}.`);
}

function describe({ path, problem }: Misfit): string {
  if (problem.kind === 'missing') return `${path} is missing`;
  if (problem.kind === 'unknown') return `${path} is unknown to the model`;
  return `${path} is ${JSON.stringify(problem.value)}, not a ${problem.wanted}`;
}
