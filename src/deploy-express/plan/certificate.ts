import type { Refusal } from '../../dns/records.ts';
import type { ObservedDomains } from '../model/observed.ts';

/** Why there is no certificate for the hosts, and how to get one. */
export function refuseCertificate(
  hosts: readonly string[],
  givenArn: string | undefined,
  { certificates, pending }: ObservedDomains,
): Refusal {
  const [waiting] = pending;
  if (waiting !== undefined) {
    return {
      because: `certificate ${waiting.arn} for ${waiting.names.join(', ')} waits for its validation`,
      wayOut: `${renderRecords(waiting.validationRecords)} Run the job again when ACM shows the certificate as issued, mostly within minutes.`,
    };
  }
  if (givenArn !== undefined) return refuseGiven(hosts, givenArn, certificates);
  return {
    because: `ACM has no issued certificate for ${hosts.join(', ')} in this Region`,
    wayOut: `Request one (${requestCommand(hosts)}), create the CNAME record that validates it, and run the job again when it is issued. You cannot use the certificate of an App Runner service, or one of another Region.`,
  };
}

function refuseGiven(
  hosts: readonly string[],
  givenArn: string,
  [given]: ObservedDomains['certificates'],
): Refusal {
  const wayOut =
    'Set certificate-arn to another certificate, or leave it out: then the action looks for one.';
  if (given === undefined) {
    return { because: `there is no certificate ${givenArn} in this account and Region`, wayOut };
  }
  if (given.status !== 'ISSUED') {
    return { because: `certificate ${givenArn} is in status ${given.status}`, wayOut };
  }
  return {
    because: `certificate ${givenArn} is for ${given.names.join(', ')}, not for ${hosts.join(', ')}`,
    wayOut,
  };
}

function renderRecords(records: readonly { readonly name: string; readonly value: string }[]): string {
  if (records.length === 0) {
    return 'Create the CNAME record that aws acm describe-certificate shows after some seconds.';
  }
  const shown = records.map(({ name, value }) => `${bare(name)} CNAME ${bare(value)}`).join(', ');
  return `Make the DNS ${records.length === 1 ? 'record' : 'records'} ${shown}.`;
}

function requestCommand([first = '', ...others]: readonly string[]): string {
  const further = others.length > 0 ? ` --subject-alternative-names ${others.map(shellWord).join(' ')}` : '';
  return `aws acm request-certificate --validation-method DNS --domain-name ${shellWord(first)}${further}`;
}

/** Many a DNS console takes the dot at the end of a name for a mistake. */
function bare(name: string): string {
  return name.replace(/\.$/, '');
}

/** A shell would expand `*`. */
function shellWord(host: string): string {
  return host.includes('*') ? `'${host}'` : host;
}
