import type { Health, Probe } from '../model/observed.ts';

export function renderHealth({ blue, green }: Health): readonly string[] {
  return [
    ...(blue === undefined ? [] : [`Blue: ${describeBlue(blue)} ${renderAnswer(blue.answer)}`]),
    ...(green === undefined
      ? []
      : [
          `Green: Express service ${green.name} ${renderAnswer(green.answer)}${green.deployment === undefined ? '' : `; a deployment is ${green.deployment}`}`,
        ]),
  ];
}

function describeBlue({ service, host }: NonNullable<Health['blue']>): string {
  return service === undefined ? host : `App Runner service ${service.name} is ${service.status}, and`;
}

function renderAnswer(answer: Probe): string {
  return answer.kind === 'answered' ? `answers ${answer.status}` : `does not answer: ${answer.because}`;
}
