import { randomUUID } from 'node:crypto';
import {
  ACMClient,
  AddTagsToCertificateCommand,
  DeleteCertificateCommand,
  DescribeCertificateCommand,
  ListCertificatesCommand,
  ListTagsForCertificateCommand,
  RequestCertificateCommand,
} from '@aws-sdk/client-acm';
import { ECSClient } from '@aws-sdk/client-ecs';
import {
  AddListenerCertificatesCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type EmulatorHandle, startEmulator } from '../helpers/emulator.ts';
import { createWeb, untilStage } from '../helpers/express-service.ts';

let emulator: EmulatorHandle;
let acm: ACMClient;
beforeAll(async () => {
  emulator = await startEmulator('--speed', '1');
  acm = new ACMClient(emulator.client);
});
afterAll(() => emulator.stop());

const request = async (DomainName: string, SubjectAlternativeNames?: string[]): Promise<string> => {
  const input = { DomainName, ValidationMethod: 'DNS' as const, SubjectAlternativeNames };
  return (await acm.send(new RequestCertificateCommand(input))).CertificateArn ?? '';
};
const describeCertificate = async (CertificateArn: string) =>
  (await acm.send(new DescribeCertificateCommand({ CertificateArn }))).Certificate;

test('a certificate is PENDING_VALIDATION until its CNAME is in the DNS, then ISSUED', async () => {
  const arn = await request('app.acm.example', ['*.app.acm.example']);
  // The record is not told at once.
  expect((await describeCertificate(arn))?.DomainValidationOptions?.[0]?.ResourceRecord).toBeUndefined();
  await emulator.advance(6);
  const pending = await describeCertificate(arn);
  expect(pending).toMatchObject({
    Status: 'PENDING_VALIDATION',
    Type: 'AMAZON_ISSUED',
    SubjectAlternativeNames: ['app.acm.example', '*.app.acm.example'],
    InUseBy: [],
  });
  const records = pending?.DomainValidationOptions?.map(({ ResourceRecord }) => ResourceRecord);
  expect(records?.[0]).toEqual(records?.[1]);
  const { Name, Type, Value = '' } = records?.[0] ?? {};
  await emulator.advance(120);
  expect((await describeCertificate(arn))?.Status).toBe('PENDING_VALIDATION');
  await emulator.post('route-53', {
    zones: [{ name: 'acm.example', records: [{ Name, Type, TTL: 300, ResourceRecords: [{ Value }] }] }],
  });
  await emulator.advance(31);
  expect(await describeCertificate(arn)).toMatchObject({
    Status: 'ISSUED',
    DomainValidationOptions: [{ ValidationStatus: 'SUCCESS' }, { ValidationStatus: 'SUCCESS' }],
  });
});

test('certificates are listed by status, in pages', async () => {
  await emulator.post('acm', {
    certificates: [{ domainNames: ['one.example'] }, { domainNames: ['two.example'] }],
  });
  const arn = await request('waiting.example');
  const list = async (input: object) => acm.send(new ListCertificatesCommand(input));
  const issued = await list({ CertificateStatuses: ['ISSUED'], MaxItems: 1 });
  expect(issued.NextToken).toBeDefined();
  expect(issued.CertificateSummaryList).toEqual([expect.objectContaining({ Status: 'ISSUED' })]);
  const waiting = await list({ CertificateStatuses: ['PENDING_VALIDATION'] });
  expect(waiting.CertificateSummaryList?.map((one) => one.CertificateArn)).toContain(arn);
});

test('the same token is the same request', async () => {
  const input = { DomainName: 'token.example', ValidationMethod: 'DNS' as const, IdempotencyToken: 'once' };
  const [first, second] = [
    await acm.send(new RequestCertificateCommand(input)),
    await acm.send(new RequestCertificateCommand(input)),
  ];
  expect(second.CertificateArn).toBe(first.CertificateArn);
});

test.each(['a-b', '', 'x'.repeat(33), 'ü'])('a token %j is refused', async (IdempotencyToken) => {
  const input = { DomainName: 'token.example', ValidationMethod: 'DNS' as const, IdempotencyToken };
  await expect(acm.send(new RequestCertificateCommand(input))).rejects.toMatchObject({
    name: 'ValidationException',
  });
});

test('more names than the quota of an account are refused', async () => {
  const names = (count: number) => Array.from({ length: count }, (_, index) => `n${index}.quota.example`);
  await request('quota.example', names(9));
  await expect(request('quota.example', names(10))).rejects.toMatchObject({ name: 'LimitExceededException' });
});

test('a second certificate for the same name waits for the same record', async () => {
  const records = async (arn: string) =>
    (await describeCertificate(arn))?.DomainValidationOptions?.map(({ ResourceRecord }) => ResourceRecord);
  const [one, other] = [await request('same.example'), await request('same.example', ['more.example'])];
  await emulator.advance(6);
  expect((await records(one))?.[0]).toEqual((await records(other))?.[0]);
  expect((await records(other))?.[1]).not.toEqual((await records(other))?.[0]);
});

test('a name that ACM may not issue for ends as FAILED, with the reason', async () => {
  await emulator.post('acm', { refusals: { 'forbidden.example': 'CAA_ERROR' } });
  const arn = await request('allowed.example', ['forbidden.example']);
  await emulator.advance(40);
  expect(await describeCertificate(arn)).toMatchObject({ Status: 'FAILED', FailureReason: 'CAA_ERROR' });
  await emulator.post('acm', { refusals: {} });
});

test('tags are kept, and a certificate that is not there is not found', async () => {
  const arn = await request('tags.example');
  await acm.send(new AddTagsToCertificateCommand({ CertificateArn: arn, Tags: [{ Key: 'a', Value: '1' }] }));
  const { Tags } = await acm.send(new ListTagsForCertificateCommand({ CertificateArn: arn }));
  expect(Tags).toEqual([{ Key: 'a', Value: '1' }]);
  await acm.send(new DeleteCertificateCommand({ CertificateArn: arn }));
  await expect(describeCertificate(arn)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await expect(request('not a domain')).rejects.toMatchObject({ name: 'ValidationException' });
});

test.each([
  ['RequestCertificate', 'domainName'],
  ['DescribeCertificate', 'certificateArn'],
])('%s names the member it misses', async (operation, member) => {
  const answer = await fetch(emulator.client.endpoint, {
    method: 'POST',
    headers: { 'x-amz-target': `CertificateManager.${operation}` },
    body: '{}',
  });
  expect(await answer.json()).toEqual({
    __type: 'ValidationException',
    message: `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  });
});

test('a listener takes issued certificates only, and holds on to them', async () => {
  const elb = new ElasticLoadBalancingV2Client(emulator.client);
  const ecs = new ECSClient(emulator.client);
  await createWeb(ecs);
  await untilStage(emulator, ecs, 'CLEAN_UP');
  const { LoadBalancers = [] } = await elb.send(new DescribeLoadBalancersCommand({}));
  const LoadBalancerArn = LoadBalancers[0]?.LoadBalancerArn;
  const { Listeners = [] } = await elb.send(new DescribeListenersCommand({ LoadBalancerArn }));
  const add = (CertificateArn: string) =>
    elb.send(
      new AddListenerCertificatesCommand({
        ListenerArn: Listeners[0]?.ListenerArn,
        Certificates: [{ CertificateArn }],
      }),
    );
  const pending = await request('pending.example');
  await expect(add(pending)).rejects.toMatchObject({ name: 'UnsupportedCertificate' });
  await expect(add(pending.replace(/[^/]+$/, randomUUID()))).rejects.toMatchObject({
    name: 'CertificateNotFoundException',
  });
  const arn = 'arn:aws:acm:eu-west-1:123456789012:certificate/held';
  await emulator.post('acm', { certificates: [{ arn, domainNames: ['held.example'] }] });
  await add(arn);
  expect((await describeCertificate(arn))?.InUseBy).toEqual([LoadBalancerArn]);
  await expect(acm.send(new DeleteCertificateCommand({ CertificateArn: arn }))).rejects.toMatchObject({
    name: 'ResourceInUseException',
  });
});
