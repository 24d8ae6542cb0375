import {
  type Input,
  invalid,
  matchingString,
  oneOf,
  optionalBoolean,
  optionalObject,
  optionalString,
  requiredString,
  stringMap,
} from './input.ts';

export type Source = {
  /** As DescribeService shows it. */
  readonly shown: Input;
  readonly container: {
    /** A code repository has no image: the stand-in answers for it. */
    readonly image: string;
    readonly isCode: boolean;
    readonly port: number;
    readonly command: readonly string[];
    readonly environment: Readonly<Record<string, string>>;
  };
};

const DEFAULT_PORT = '8080';

/** Of the service model; the second form is the emulated registry's, where AWS has an ECR host name. */
const IMAGE =
  /[0-9]{12}\.dkr\.ecr\.[a-z-]+-[0-9]\.amazonaws\.com\/\S+|127\.0\.0\.1:[0-9]+\/\S+|public\.ecr\.aws\/\S+\/\S+/;

const RUNTIMES = [
  'PYTHON_3',
  'NODEJS_12',
  'NODEJS_14',
  'CORRETTO_8',
  'CORRETTO_11',
  'NODEJS_16',
  'GO_1',
  'DOTNET_6',
  'PHP_81',
  'RUBY_31',
  'PYTHON_311',
  'NODEJS_18',
  'NODEJS_22',
] as const;

/** https://docs.aws.amazon.com/apprunner/latest/api/API_SourceConfiguration.html */
export function readSource(input: Input): Source {
  const image = optionalObject(input, 'ImageRepository');
  const code = optionalObject(input, 'CodeRepository');
  if ((image === undefined) === (code === undefined)) {
    throw invalid('Exactly one of CodeRepository and ImageRepository must be specified.');
  }
  const authentication = optionalObject(input, 'AuthenticationConfiguration');
  const read = image ? readImage(image, authentication) : readCode(code ?? {}, authentication);
  const automatic = optionalBoolean(input, 'AutoDeploymentsEnabled');
  // An image of ECR Public cannot be deployed by itself: nobody tells App Runner of a push there.
  const isPublic = image !== undefined && optionalString(image, 'ImageRepositoryType') === 'ECR_PUBLIC';
  if (automatic === true && isPublic) {
    throw invalid('AutoDeploymentsEnabled is not supported for ECR_PUBLIC image repositories.');
  }
  return {
    shown: {
      ...read.shown,
      AutoDeploymentsEnabled: automatic ?? !isPublic,
      ...(authentication && { AuthenticationConfiguration: authentication }),
    },
    container: read.container,
  };
}

function readImage(image: Input, authentication: Input | undefined): Source {
  const identifier = matchingString(requiredString(image, 'ImageIdentifier'), 'ImageIdentifier', IMAGE);
  const type = oneOf(image, 'ImageRepositoryType', { values: ['ECR', 'ECR_PUBLIC'], otherwise: 'ECR' });
  if (type === 'ECR' && optionalString(authentication ?? {}, 'AccessRoleArn') === undefined) {
    throw invalid('Authentication configuration is invalid.');
  }
  const configuration = optionalObject(image, 'ImageConfiguration') ?? {};
  const settings = readSettings(configuration);
  return {
    shown: {
      ImageRepository: {
        ImageIdentifier: identifier,
        ImageConfiguration: { ...configuration, Port: String(settings.port) },
        ImageRepositoryType: type,
      },
    },
    container: { image: identifier, isCode: false, ...settings },
  };
}

function readCode(code: Input, authentication: Input | undefined): Source {
  const url = requiredString(code, 'RepositoryUrl');
  const version = optionalObject(code, 'SourceCodeVersion') ?? {};
  const branch = requiredString(version, 'Value');
  if (optionalString(authentication ?? {}, 'ConnectionArn') === undefined) {
    throw invalid('Authentication configuration is invalid.');
  }
  const configuration = optionalObject(code, 'CodeConfiguration') ?? { ConfigurationSource: 'REPOSITORY' };
  const source = oneOf(configuration, 'ConfigurationSource', {
    values: ['REPOSITORY', 'API'],
    otherwise: 'REPOSITORY',
  });
  const values = optionalObject(configuration, 'CodeConfigurationValues');
  if (source === 'API') {
    if (!values) throw invalid('CodeConfigurationValues must be specified when ConfigurationSource is API.');
    oneOf(values, 'Runtime', { values: RUNTIMES, otherwise: 'NODEJS_22' });
  }
  return {
    shown: {
      CodeRepository: {
        RepositoryUrl: url,
        SourceCodeVersion: { Type: 'BRANCH', Value: branch },
        CodeConfiguration: configuration,
        SourceDirectory: optionalString(code, 'SourceDirectory') ?? '/',
      },
    },
    container: { image: `${url}@${branch}`, isCode: true, ...readSettings(values ?? {}) },
  };
}

function readSettings(configuration: Input): Pick<Source['container'], 'port' | 'command' | 'environment'> {
  const port = optionalString(configuration, 'Port') ?? DEFAULT_PORT;
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw invalid(`Port '${port}' is not valid.`);
  const startCommand = optionalString(configuration, 'StartCommand');
  const variables = stringMap(configuration, 'RuntimeEnvironmentVariables');
  const secrets = stringMap(configuration, 'RuntimeEnvironmentSecrets');
  return {
    port: Number(port),
    // How App Runner splits the line is not documented; a shell does it as its users expect.
    command: startCommand === undefined ? [] : ['sh', '-c', startCommand],
    // The secrets' values are not emulated; their names are there, so that a program that looks for them starts.
    environment: { ...secrets, ...variables, PORT: port },
  };
}
