import { ACMClient, DeleteCertificateCommand, ListCertificatesCommand } from '@aws-sdk/client-acm';
import { getHttps } from '../../helpers/https.ts';
import { appDomain, findGreen, type ShiftWorld, startShiftWorld } from '../../helpers/shift-world.ts';

const step = { mode: 'shift', 'green-percent': '10' };
const asked = { 'attach-domain': 'true', 'request-certificate': 'true' };

let world: ShiftWorld;
let acm: ACMClient;
beforeAll(async () => {
  world = await startShiftWorld({ greenKnowsDomain: false });
  acm = new ACMClient(world.emulator.client);
  for (const { CertificateArn } of await certificates()) {
    await acm.send(new DeleteCertificateCommand({ CertificateArn }));
  }
  expect(await world.run({ mode: 'adopt' })).toMatchObject({ exitCode: 0 });
});
afterAll(() => world.stop());

async function certificates() {
  return (await acm.send(new ListCertificatesCommand({}))).CertificateSummaryList ?? [];
}

test.each([
  [{ 'request-certificate': 'true' }, 'request-certificate: given without attach-domain'],
  [
    { ...asked, 'certificate-arn': 'arn:aws:acm:eu-west-1:123456789012:certificate/1b2c' },
    'request-certificate: given together with certificate-arn',
  ],
  [{ 'certificate-timeout-minutes': '5' }, 'certificate-timeout-minutes: given without request-certificate'],
])('%j is refused before any call', async (inputs, message) => {
  await world.calls();
  const run = await world.run({ mode: 'plan', 'green-percent': '10', ...inputs });
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain(message);
  expect(await world.calls()).toEqual([]);
});

test('without it a missing certificate is refused, with it the plan has a step, and requests nothing', async () => {
  const without = await world.run({ mode: 'plan', 'green-percent': '10', 'attach-domain': 'true' });
  expect(without.exitCode).toBe(1);
  expect(without.log).toContain('request-certificate: true');
  const run = await world.run({ mode: 'plan', 'green-percent': '10', ...asked });
  expect({ exitCode: run.exitCode, log: run.exitCode === 0 ? '' : run.log }).toEqual({
    exitCode: 0,
    log: '',
  });
  expect(run.log).toContain(
    `Would request a certificate for ${appDomain}, make its records, wait up to 15 min until it is issued, and add it to green's listener`,
  );
  expect(await certificates()).toEqual([]);
});

test('a certificate that ACM refuses leaves all traffic where it was', async () => {
  const before = await world.records();
  await world.emulator.post('acm', { refusals: { [appDomain]: 'CAA_ERROR' } });
  const run = await world.run({ ...step, ...asked });
  await world.emulator.post('acm', { refusals: {} });
  expect(run.exitCode).toBe(1);
  expect(run.log).toContain('certificate-failed');
  expect(await world.records()).toEqual(before);
});

test('a job that is killed while it requests has moved nobody', async () => {
  const before = await world.records();
  const held = await world.emulator.hold({ service: 'acm', operation: 'RequestCertificate', when: 'after' });
  const running = world.start({ ...step, ...asked });
  await held.arrived();
  running.kill('SIGKILL');
  await running.finished;
  await held.release();
  expect(await world.records()).toEqual(before);
});

test('the next one goes on with it, and green answers before anybody is sent there', async () => {
  // It waits, or was issued meanwhile: the record is there.
  const [own, ...others] = (await certificates()).filter(({ Status }) => Status !== 'FAILED');
  expect(others).toEqual([]);
  await world.calls();
  const run = await world.run({ ...step, ...asked });
  expect({ exitCode: run.exitCode, log: run.exitCode === 0 ? '' : run.log }).toEqual({
    exitCode: 0,
    log: '',
  });
  expect(run.outputs['outcome']).toBe('baked');
  expect(await world.calls()).not.toContain('acm:RequestCertificate');
  expect(run.log).toContain(`Added certificate ${own?.CertificateArn} to green's listener`);
  const { DNSName = '' } = await findGreen(world);
  expect(await getHttps(world.emulator, appDomain, DNSName)).toMatchObject({ status: 200 });
});
