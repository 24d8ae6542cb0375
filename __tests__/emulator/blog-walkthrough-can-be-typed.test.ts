import { awsCli, describeWithAwsCli, shell } from '../helpers/aws-cli.ts';
import { type EmulatorHandle, startEmulator } from '../helpers/emulator.ts';
import { getHttps } from '../helpers/https.ts';

/**
 * The App Runner and Route 53 steps of "Migrating from AWS App Runner to Amazon ECS Express Mode" (AWS containers blog),
 * as commands where the post clicks.
 */
describeWithAwsCli('the walkthrough of the AWS blog', () => {
  let emulator: EmulatorHandle;
  beforeAll(async () => {
    emulator = await startEmulator('--speed', '1');
  });
  afterAll(() => emulator.stop());

  const aws = (...args: string[]) => awsCli(args, emulator.env) as Record<string, never>;
  const text = (...args: string[]) => shell(`aws ${args.join(' ')} --output text`, emulator.env).trim();
  const batch = (...changes: object[]) => JSON.stringify({ Changes: changes });
  const change = (zone: string, ...changes: object[]) =>
    aws(
      'route53',
      'change-resource-record-sets',
      '--hosted-zone-id',
      zone,
      '--change-batch',
      batch(...changes),
    );

  let arn: string;
  let url: string;
  let zone: string;

  test('step 1: creates the App Runner service from its input file', async () => {
    arn = shell(
      `
export APP_NAME=express-web-application
FOLDER=$(mktemp -d)
cat << EOF > $FOLDER/input.json
{
"ServiceName": "\${APP_NAME}",
"SourceConfiguration": {
"ImageRepository": {
"ImageIdentifier": "public.ecr.aws/aws-containers/retail-store-sample-ui:1.3.0",
"ImageConfiguration": {
"Port": "8080",
"RuntimeEnvironmentVariables": {"RETAIL_UI_THEME": "teal"}
},
"ImageRepositoryType": "ECR_PUBLIC"
}
},
"InstanceConfiguration": {
"Cpu": "1 vCPU",
"Memory": "2 GB"
}
}
EOF
aws apprunner create-service --cli-input-json file://$FOLDER/input.json --query Service.ServiceArn --output text
rm -r $FOLDER`,
      emulator.env,
    ).trim();
    await emulator.advance(130);
    url = text('apprunner', 'describe-service', '--service-arn', arn, '--query', 'Service.ServiceUrl');
    expect((await getHttps(emulator, url)).body).toContain('RETAIL_UI_THEME');
  });

  test('step 2: links the domain, validates it and points an alias at the service', async () => {
    aws('route53', 'create-hosted-zone', '--name', 'example.com', '--caller-reference', 'walkthrough');
    zone = text(
      'route53',
      'list-hosted-zones-by-name',
      '--dns-name',
      'example.com',
      '--query',
      "'HostedZones[0].Id'",
    );
    const link = ['--domain-name', 'app.example.com', '--no-enable-www-subdomain'];
    aws('apprunner', 'associate-custom-domain', '--service-arn', arn, ...link);
    await emulator.advance(20);
    const { CustomDomains } = aws(
      'apprunner',
      'describe-custom-domains',
      '--service-arn',
      arn,
    ) as unknown as {
      CustomDomains: { CertificateValidationRecords: { Name: string; Value: string }[] }[];
    };
    const validation = CustomDomains[0]?.CertificateValidationRecords ?? [];
    change(
      zone,
      ...validation.map(({ Name, Value }) => ({
        Action: 'CREATE',
        ResourceRecordSet: { Name, Type: 'CNAME', TTL: 300, ResourceRecords: [{ Value }] },
      })),
      { Action: 'CREATE', ResourceRecordSet: alias() },
    );
    await emulator.advance(31 + 31 + 61);
    expect((await getHttps(emulator, 'app.example.com')).status).toBe(200);
  });

  const alias = (more: object = {}) => ({
    Name: 'app.example.com',
    Type: 'A',
    ...more,
    AliasTarget: { HostedZoneId: 'Z087551914Z2PCAU0QHMW', DNSName: url, EvaluateTargetHealth: true },
  });

  test('the record becomes a weighted one, and Route 53 says when all name servers know', () => {
    const { ChangeInfo } = change(
      zone,
      { Action: 'DELETE', ResourceRecordSet: alias() },
      { Action: 'CREATE', ResourceRecordSet: alias({ SetIdentifier: 'app-runner-blue', Weight: 100 }) },
    ) as unknown as { ChangeInfo: { Id: string; Status: string } };
    expect(ChangeInfo.Status).toBe('PENDING');
    const sets = aws(
      'route53',
      'list-resource-record-sets',
      '--hosted-zone-id',
      zone,
      '--query',
      'ResourceRecordSets[?Name==`app.example.com.`]',
    );
    expect(sets).toEqual([
      {
        ...alias({ SetIdentifier: 'app-runner-blue', Weight: 100 }),
        Name: 'app.example.com.',
        AliasTarget: expect.objectContaining({ DNSName: `${url}.`, EvaluateTargetHealth: true }),
      },
    ]);
    expect(() =>
      change(zone, { Action: 'CREATE', ResourceRecordSet: { ...alias(), SetIdentifier: 'x', Weight: 300 } }),
    ).toThrow('Member must have value less than or equal to 255');
  });

  test('figures come by the protocol that the CLI speaks to CloudWatch', async () => {
    await emulator.advance(121);
    const sums = shell(
      `
aws cloudwatch get-metric-statistics --namespace AWS/AppRunner --metric-name Requests --period 60 --statistics Sum \\
--dimensions Name=ServiceName,Value=express-web-application Name=ServiceID,Value=${arn.split('/').at(-1)} \\
--start-time "$(date -u -d '-15 min' +%FT%TZ)" --end-time "$(date -u +%FT%TZ)" \\
--query 'sum(Datapoints[].Sum)' --output text`,
      emulator.env,
    );
    expect(Number(sums)).toBe(2);
  });

  test('cleaning up deletes the service', async () => {
    aws('apprunner', 'delete-service', '--service-arn', arn);
    await emulator.advance(61);
    expect(text('apprunner', 'list-services', '--query', "'length(ServiceSummaryList)'")).toBe('0');
  });
});
