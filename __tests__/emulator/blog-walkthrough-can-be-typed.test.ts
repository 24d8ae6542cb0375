import { awsCli, describeWithAwsCli, shell } from '../helpers/aws-cli.ts';
import { type EmulatorHandle, startEmulator } from '../helpers/emulator.ts';
import { getHttps } from '../helpers/https.ts';

/** "Migrating from AWS App Runner to Amazon ECS Express Mode" (AWS containers blog), as commands where the post clicks. */
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

  test('the record cannot be overwritten by a weighted one, as who types it tries first', () => {
    const weighted = alias({ SetIdentifier: 'app-runner-blue', Weight: 100 });
    expect(() => change(zone, { Action: 'UPSERT', ResourceRecordSet: weighted })).toThrow(
      'cannot be created as a non-weighted set exists with the same name and type.',
    );
  });

  test('the record becomes a weighted one in one batch, as the console does it, and Route 53 says when all name servers know', () => {
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

  let green: string;
  let rule: string;
  let listener: string;
  let certificate: string;

  test('the Express service is made as the post prints it', async () => {
    green = shell(
      `
export APP_NAME=express-web-application
export ACCOUNT_ID=$(aws sts get-caller-identity --query Account --output text)
aws ecs create-express-gateway-service \\
--execution-role-arn arn:aws:iam::\${ACCOUNT_ID}:role/ecsTaskExecutionRole \\
--infrastructure-role-arn arn:aws:iam::\${ACCOUNT_ID}:role/ecsInfrastructureRoleForExpressServices \\
--primary-container '{
"image": "public.ecr.aws/aws-containers/retail-store-sample-ui:1.3.0",
"containerPort": 8080,
"environment": [{
"name": "RETAIL_UI_THEME",
"value": "orange"
}]
}' \\
--service-name "\${APP_NAME}" \\
--health-check-path "/" \\
--scaling-target '{"minTaskCount":1,"maxTaskCount":4}' \\
--query service.serviceArn --output text`,
      emulator.env,
    ).trim();
    await emulator.advance(300);
    const at = ['--cluster', 'default', '--service', green];
    const status = "'serviceDeployments[0].status'";
    expect(text('ecs', 'list-service-deployments', ...at, '--query', status)).toBe('SUCCESSFUL');
  });

  test('its load balancer gets the certificate and the name', async () => {
    certificate = text(
      ...['acm', 'request-certificate', '--domain-name', 'app.example.com', '--validation-method', 'DNS'],
      ...['--query', 'CertificateArn'],
    );
    await emulator.advance(30);
    const option = 'Certificate.DomainValidationOptions[0].ResourceRecord';
    const { Name, Value } = aws(
      ...['acm', 'describe-certificate', '--certificate-arn', certificate, '--query', option],
    ) as unknown as { Name: string; Value: string };
    // App Runner's certificate may have put the same record there.
    change(zone, {
      Action: 'UPSERT',
      ResourceRecordSet: { Name, Type: 'CNAME', TTL: 300, ResourceRecords: [{ Value }] },
    });
    await emulator.advance(300);
    const balancer = text(
      'elbv2',
      'describe-load-balancers',
      '--query',
      "'LoadBalancers[0].LoadBalancerArn'",
    );
    const listeners = ['elbv2', 'describe-listeners', '--load-balancer-arn', balancer];
    listener = text(...listeners, '--query', "'Listeners[0].ListenerArn'");
    const rules = aws('elbv2', 'describe-rules', '--listener-arn', listener) as unknown as {
      Rules: {
        RuleArn: string;
        IsDefault: boolean;
        Conditions: { HostHeaderConfig: { Values: string[] } }[];
      }[];
    };
    const own = rules.Rules.find(({ IsDefault }) => !IsDefault);
    rule = own?.RuleArn ?? '';
    const Values = [...(own?.Conditions[0]?.HostHeaderConfig.Values ?? []), 'app.example.com'];
    const conditions = JSON.stringify([{ Field: 'host-header', HostHeaderConfig: { Values } }]);
    aws(
      'elbv2',
      'add-listener-certificates',
      '--listener-arn',
      listener,
      '--certificates',
      `CertificateArn=${certificate}`,
    );
    aws('elbv2', 'modify-rule', '--rule-arn', rule, '--conditions', conditions);
  });

  let dnsName: string;
  const greenRecord = (Weight: number) => ({
    Name: 'app.example.com',
    Type: 'A',
    SetIdentifier: 'ecs-express-green',
    Weight,
    AliasTarget: {
      HostedZoneId: 'Z32O12XQLNTSW2',
      DNSName: `dualstack.${dnsName}`,
      EvaluateTargetHealth: true,
    },
  });

  test('a second record gives it a tenth, then all', async () => {
    dnsName = text('elbv2', 'describe-load-balancers', '--query', "'LoadBalancers[0].DNSName'");
    change(zone, { Action: 'CREATE', ResourceRecordSet: greenRecord(10) });
    await emulator.advance(31);
    const sides = async (visits: number): Promise<string> => {
      const seen = new Set<string>();
      for (let visit = 0; visit < visits; visit += 1) {
        const { body } = await getHttps(emulator, 'app.example.com');
        // The stand-ins tell the names of variables only, and App Runner adds one.
        seen.add(body.includes('PORT') ? 'blue' : 'green');
      }
      return [...seen].sort().join(' and ');
    };
    expect(await sides(22)).toBe('blue and green');
    change(
      zone,
      { Action: 'UPSERT', ResourceRecordSet: greenRecord(100) },
      { Action: 'UPSERT', ResourceRecordSet: alias({ SetIdentifier: 'app-runner-blue', Weight: 0 }) },
    );
    await emulator.advance(31);
    expect(await sides(5)).toBe('green');
  });

  test('cleaning up deletes both services, and what leads to them', async () => {
    aws('apprunner', 'delete-service', '--service-arn', arn);
    aws('ecs', 'delete-express-gateway-service', '--service-arn', green);
    await emulator.advance(120);
    const blue = ['apprunner', 'describe-service', '--service-arn', arn];
    expect(text(...blue, '--query', 'Service.Status')).toBe('DELETED');
    const described = ['ecs', 'describe-express-gateway-service', '--service-arn', green];
    expect(text(...described, '--query', 'service.status.statusCode')).toBe('INACTIVE');
    expect(text('elbv2', 'describe-load-balancers', '--query', "'length(LoadBalancers)'")).toBe('0');
    expect(() => aws('route53', 'delete-hosted-zone', '--id', zone)).toThrow('HostedZoneNotEmpty');
    const sets = aws(
      ...['route53', 'list-resource-record-sets', '--hosted-zone-id', zone],
      ...['--query', 'ResourceRecordSets[?Type!=`NS` && Type!=`SOA`]'],
    ) as unknown as object[];
    expect(sets.length).toBeGreaterThan(2);
    // What the list says is what a deletion has to repeat.
    change(zone, ...sets.map((ResourceRecordSet) => ({ Action: 'DELETE', ResourceRecordSet })));
    aws('route53', 'delete-hosted-zone', '--id', zone);
    aws('acm', 'delete-certificate', '--certificate-arn', certificate);
  });
});
