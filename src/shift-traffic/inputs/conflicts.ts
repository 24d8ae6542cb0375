import { splitNames } from '../../dns/certificate-request.ts';
import { customHostLimit, hostOfRuleWanted, isHostOfRule } from '../../dns/host-limit.ts';
import { renderNames } from '../../dns/names.ts';
import { greenPercentOf } from '../../dns/weights.ts';
import { isNo } from '../../input-reader.ts';
import { quote } from '../../parse.ts';
import { modeInView, modes, type ShiftInputs, sidesFor } from '../model/inputs.ts';
import type { InputReader, ShiftInputName } from './names.ts';
import { describeView, isUsed, refusedInputs } from './uses.ts';

/** Reports what is wrong between inputs, which none of them can tell alone. */
export function reportConflicts(reader: InputReader, inputs: ShiftInputs): void {
  const missing = (input: Parameters<InputReader['report']>[0]['input'], wanted: string) =>
    reader.report({ input, seen: 'not given', wanted });
  if (reader.text('domain') === undefined) {
    missing('domain', 'the host name to move, such as app.example.com');
  }
  const { mode } = inputs;
  const sides = sidesFor(inputs);
  if ((sides === 'needed' || sides === 'green-needed') && !wasGiven(reader, 'express-service')) {
    missing('express-service', 'the name or ARN of the Express service that gets the traffic (green)');
  }
  if (sides === 'needed') {
    if (!wasGiven(reader, 'apprunner-service') && !wasGiven(reader, 'blue-dns-name')) {
      missing(
        'apprunner-service',
        'the name or ARN of the App Runner service (blue), or its host in blue-dns-name',
      );
    }
  }
  if (modeInView(inputs) === 'shift' && inputs.target === undefined && !saysHowMuch(reader)) {
    missing('green-percent', 'the share of green: green-percent, steps, or both weights');
  }
  const { isGated } = modes[mode];
  if (isGated && inputs.gate.kind === 'required' && !wasGiven(reader, 'gate-environment')) {
    missing(
      'gate-environment',
      'the environment of this job, whose approval lets it change records; or gate: off',
    );
  }
  if (isGated && inputs.gate.kind === 'required' && !wasGiven(reader, 'plan-checksum')) {
    missing(
      'plan-checksum',
      'the output plan-checksum of the plan job, so that the approval is for what the plan showed; or gate: off',
    );
  }
  reportPlanned(reader, inputs);
  reportRefused(reader, inputs);
  reportShareOfEnd(reader, inputs);
  if (isUsed('attach-domain', inputs)) {
    reportAttached(reader, inputs);
    reportCertificate(reader, inputs);
  }
  if (
    isUsed('retire-blue', inputs) &&
    inputs.finalize.retireBlue !== 'none' &&
    !wasGiven(reader, 'apprunner-service')
  ) {
    missing(
      'apprunner-service',
      `the App Runner service that retire-blue: ${inputs.finalize.retireBlue} is for`,
    );
  }
}

/** What is planned, `plan-for` says of `mode: plan` alone. That of a mode itself says nothing new. */
function reportPlanned(reader: InputReader, { mode, planFor }: ShiftInputs): void {
  if (planFor === 'auto' || planFor === mode || modes[mode].planFor === 'input') return;
  reader.report({
    input: 'plan-for',
    seen: `${planFor} beside mode: ${mode}`,
    wanted: 'mode: plan beside it, or no plan-for, as another mode plans itself',
  });
}

/** What contradicts the mode. The table says which inputs only have no effect. */
function reportRefused(reader: InputReader, inputs: ShiftInputs): void {
  const isMonitor = modeInView(inputs) === 'monitor';
  for (const input of refusedInputs(reader, inputs)) {
    reader.report({
      input,
      seen: `given together with ${describeView(inputs)}`,
      wanted: isMonitor
        ? insteadOfMonitor(input)
        : 'bake-minutes, for which a step is watched, or mode: monitor',
    });
  }
}

function insteadOfMonitor(input: ShiftInputName): string {
  return input === 'bake-minutes'
    ? 'watch-minutes, for which a monitor watches'
    : 'nothing: a monitor can only take from green';
}

/** The end of the move leaves green everything: who gives another share wants another mode. */
function reportShareOfEnd(reader: InputReader, inputs: ShiftInputs): void {
  const last = inputs.target?.at(-1);
  if (modeInView(inputs) !== 'finalize' || last === undefined || greenPercentOf(last) === 100) return;
  const [input] = (['green-percent', 'steps', 'green-weight'] as const).filter((name) =>
    wasGiven(reader, name),
  );
  if (input === undefined) return;
  reader.report({
    input,
    seen: `${quote(reader.text(input) ?? '')} together with ${describeView(inputs)}`,
    wanted:
      'nothing, or 100 % for green: finalize gives green everything for good; mode: shift gives it a share',
  });
}

/** What is to be added to green, and what is only of use beside that. */
function reportAttached(reader: InputReader, inputs: ShiftInputs): void {
  const { attachDomain, domains } = inputs;
  if (!attachDomain) {
    if (!isNo(reader, 'attach-domain')) return;
    const useless = [
      ...(wasGiven(reader, 'certificate-arn') ? (['certificate-arn'] as const) : []),
      ...(inputs.redirectHttp ? (['redirect-http'] as const) : []),
    ];
    for (const input of useless) {
      reader.report({
        input,
        seen: 'given without attach-domain',
        wanted: `attach-domain: true as well, or ${input} on the step that deploys green`,
      });
    }
    return;
  }
  if (domains.length > customHostLimit) {
    reader.report({
      input: 'attach-domain',
      seen: `true beside ${domains.length} names in domain`,
      wanted: `at most ${customHostLimit} names, as Express's rule has five values and AWS's own host is one; or a wildcard in the custom-domains of green, without attach-domain`,
    });
  }
  const odd = domains.filter((domain) => domain !== '' && !isHostOfRule(domain));
  if (odd.length > 0) {
    reader.report({
      input: 'attach-domain',
      seen: `true beside ${renderNames(odd)} in domain`,
      wanted: hostOfRuleWanted,
    });
  }
}

function reportCertificate(reader: InputReader, inputs: ShiftInputs): void {
  const isAsked = inputs.certificateTimeoutSeconds !== undefined;
  if (isNo(reader, 'request-certificate') && wasGiven(reader, 'certificate-timeout-minutes')) {
    reader.report({
      input: 'certificate-timeout-minutes',
      seen: 'given without request-certificate',
      wanted: 'request-certificate: true as well',
    });
  }
  if (!isAsked) return;
  const report = (seen: string, wanted: string) =>
    reader.report({ input: 'request-certificate', seen, wanted });
  if (isNo(reader, 'attach-domain')) {
    report(
      'given without attach-domain',
      'attach-domain: true as well, or request-certificate on the step that deploys green',
    );
  }
  if (wasGiven(reader, 'certificate-arn')) {
    report(
      'given together with certificate-arn',
      'only one of the two: a certificate that exists, or one to request',
    );
  }
  if (inputs.domains.length > 0 && splitNames(inputs.domains) === undefined) {
    report(
      'a domain of more than 64 characters',
      'at least one name of at most 64 characters: ACM takes longer names only in addition to one',
    );
  }
}

function saysHowMuch(reader: InputReader): boolean {
  return (['green-percent', 'steps', 'blue-weight', 'green-weight'] as const).some((name) =>
    wasGiven(reader, name),
  );
}

/** An input counts as given also when it has a problem of its own, which is reported already. */
function wasGiven(reader: InputReader, name: Parameters<InputReader['text']>[0]): boolean {
  return reader.text(name) !== undefined;
}
