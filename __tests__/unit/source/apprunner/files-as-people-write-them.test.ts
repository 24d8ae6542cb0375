import { renderFinding } from '../../../../src/source/apprunner/findings.ts';
import { parseAppRunnerYaml } from '../../../../src/source/apprunner/parse-apprunner-yaml.ts';

/** The image that a file asks for, or what is said instead, each in a few lines. */
function describeFile(yaml: string): string {
  const parsed = parseAppRunnerYaml(Buffer.from(yaml));
  if (!parsed.ok)
    return parsed.problems.map((problem) => renderFinding('apprunner.yaml', problem)).join('\n');
  const { build, run } = parsed.config;
  const plan =
    build.kind === 'dockerfile'
      ? `Dockerfile ${build.dockerfile ?? '(default)'}, start ${build.startCommand ?? '(its own)'}`
      : `${build.runtime.name} ${build.runtime.version} ${build.runtime.buildKind}: ${[build.phases.build.join('; '), ...build.preRun].join(' | ')} -> ${build.startCommand}`;
  const environment = run.environment.map(({ name, value }) => `${name}=${value}`).join(',');
  const secrets = run.secrets.map(({ name, valueFrom }) => `${name}<-${valueFrom}`).join(',');
  const settings = `port ${run.port ?? 'default'}${run.portVariable ? ` as ${run.portVariable}` : ''} [${[environment, secrets].filter(Boolean).join(' ')}]`;
  const warnings = parsed.warnings.map((warning) => `  ${renderFinding('', warning).slice(2)}`);
  return [`${plan}, ${settings}`, ...warnings].join('\n');
}

const start = 'version: 1.0\nruntime: nodejs22\n';
const build = 'build:\n  commands:\n    build:\n      - npm ci\n';
const run = 'run:\n  command: node server.js\n';

test.each<[string, string, string]>([
  [
    'all that App Runner documents',
    `version: 1.0
runtime: python311
build:
  commands:
    pre-build: [scripts/prepare.sh]
    build:
      - pip3 install -r requirements.txt
    post-build:
      - pytest
  env:
    - name: PIP_INDEX_URL
      value: "https://pypi.example/simple"
run:
  runtime-version: 3.11.4
  pre-run:
    - pip3 install -r requirements.txt
  command: gunicorn app:app
  network:
    port: 8000
    env: APP_PORT
  env:
    - name: LOG_LEVEL
      value: info
  secrets:
    - name: PASSWORD
      value-from: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-a1b2c3:password::"
    - name: KEY
      value-from: parameter-name
`,
    'python311 3.11.4 revised: pip3 install -r requirements.txt | pip3 install -r requirements.txt -> gunicorn app:app, port 8000 as APP_PORT [LOG_LEVEL=info PASSWORD<-arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-a1b2c3:password::,KEY<-parameter-name]',
  ],
  [
    'commands without a phase, no network',
    'version: 1.0\nruntime: python3\nbuild:\n  commands:\n    - pip install -r requirements.txt\nrun:\n  command: python app.py',
    `python3 3.8 original: pip install -r requirements.txt -> python app.py, port default []
  line 4, column 3: build.commands without build was read as build.commands.build; the right form is build.commands.build
  line 2, column 10: App Runner stopped supporting python3 on 2025-12-01; upgrade to python311, which needs its pip install under run.pre-run, too`,
  ],
  [
    'runtime docker',
    'version: 1.0\nruntime: docker\nbuild:\n  commands:\n    build:\n      - echo building\nrun:\n  command: gunicorn app:app\n  network:\n    port: 8080\n',
    `Dockerfile (default), start gunicorn app:app, port 8080 []
  line 2, column 10: runtime "docker" was read as the Dockerfile
  line 5, column 5: build.commands.build was ignored: the Dockerfile says how to build; the right form is its commands as RUN of the Dockerfile`,
  ],
  [
    'runtime docker with a version, which the Dockerfile says',
    'version: 1.0\nruntime: docker\nrun:\n  runtime-version: latest\n  command: gunicorn app:app\n',
    `Dockerfile (default), start gunicorn app:app, port default []
  line 2, column 10: runtime "docker" was read as the Dockerfile
  line 4, column 3: run.runtime-version was ignored: the Dockerfile says how to build; the right form is a version in FROM of the Dockerfile`,
  ],
  [
    'keys that are inputs here',
    `${start}source_directory: services/api\n${build}${run}  health-check:\n    path: /health\n  cpu: 1 vCPU\n  AutoScaling: {}\n  instance-role-arn: x\n`,
    `nodejs22 22 revised: npm ci -> node server.js, port default []
  line 3, column 1: "source_directory" was ignored: App Runner knows no such key; the right form is the input source
  line 10, column 3: "health-check" in run was ignored: App Runner knows no such key; the right form is the input health-check-path
  line 12, column 3: "cpu" in run was ignored: App Runner knows no such key; the right form is the input cpu
  line 13, column 3: "AutoScaling" in run was ignored: App Runner knows no such key; the right form is the inputs min-task-count and max-task-count
  line 14, column 3: "instance-role-arn" in run was ignored: App Runner knows no such key; the right form is the input task-role-arn`,
  ],
  [
    'an invented form with a Dockerfile under build',
    'version: 1.0\nbuild:\n  runtime: dockerfile\n  dockerfile: docker/Dockerfile\n  architecture: arm64\nrun:\n  port: 8080\n  command: ./todo\n',
    `Dockerfile docker/Dockerfile, start ./todo, port 8080 []
  line 5, column 3: "architecture" in build was ignored: App Runner knows no such key; the right form is the input cpu-architecture
  line 3, column 3: build.runtime was read as runtime; the right form is runtime
  line 7, column 3: run.port was read as run.network.port; the right form is run.network.port
  line 3, column 12: runtime "dockerfile" was read as the Dockerfile`,
  ],
  [
    'a Maven project, with white space at line ends',
    'version: 1.0\nruntime: corretto11 \nbuild:\n  commands:\n    build:\n      - mvn clean package -DskipTests=true\nrun:    \n  command: java -jar target/app.jar .\n  network:\n    port: 8080\n',
    'corretto11 11 original: mvn clean package -DskipTests=true -> java -jar target/app.jar ., port 8080 []',
  ],
  [
    'numbers where texts are meant, and PORT',
    'version: "1.0"\nruntime: nodejs18\nbuild:\n  commands:\n    build:\n      - yarn install\nrun:\n  runtime-version: 18\n  command: yarn start\n  network:\n    port: 3000\n  env:\n    - name: PORT\n      value: 3000 \n    - name: RATIO\n      value: 3.10\n    - name: DEBUG\n      value: yes\n',
    `nodejs18 18 revised: yarn install -> yarn start, port 3000 [PORT=3000,RATIO=3.10,DEBUG=yes]
  line 2, column 10: App Runner stopped supporting nodejs18 on 2025-12-01; upgrade to nodejs22`,
  ],
  [
    'a runtime in capitals, lists not indented',
    'version: 1.0\nruntime: Nodejs 12\nbuild:\n commands:\n  build:\n  - yarn install\n  - yarn build\nrun:\n command: yarn start\n network:\n   port: 3000\n',
    `nodejs12 12 original: yarn install; yarn build -> yarn start, port 3000 []
  line 2, column 10: runtime "Nodejs 12" was read as nodejs12; the right form is runtime: nodejs12
  line 2, column 10: App Runner stopped supporting nodejs12 on 2025-12-01; upgrade to nodejs22`,
  ],
  [
    'java with a version',
    `version: 1.0\nruntime: java\nbuild:\n  commands:\n    build:\n      - ./mvnw package\nrun:\n  runtime-version: 21\n  command: java $JAVA_OPTS -jar target/*.jar\n  env:\n    - name: JAVA_OPTS\n      value: "-Xmx1g"        # small\n`,
    `corretto21 21 original: ./mvnw package -> java $JAVA_OPTS -jar target/*.jar, port default [JAVA_OPTS=-Xmx1g]
  line 2, column 10: runtime "java" was read as corretto21; the right form is runtime: corretto21
  line 2, column 10: App Runner never had corretto21; it is built anyway`,
  ],
  [
    'version 1.10',
    start.replace('1.0', '1.10') + build + run,
    `nodejs22 22 revised: npm ci -> node server.js, port default []
  line 1, column 10: version "1.10" was read as 1.0; the right form is version: 1.0`,
  ],
  [
    'a document mark before, a runtime with a dot',
    '---\nversion: 1.0\nruntime: python3.9\nbuild:\n  commands:\n    build:\n      - pip install pipenv\nrun:\n  command: python -m app\n',
    `python39 3.9 original: pip install pipenv -> python -m app, port default []
  line 3, column 10: runtime "python3.9" was read as python39; the right form is runtime: python39
  line 3, column 10: App Runner never had python39; it is built anyway`,
  ],
  [
    'a byte-order mark',
    `\uFEFFversion: 1.0\nruntime: dotnet6\nbuild:\n  commands:\n    build:\n      - dotnet publish -c Release -o out\nrun:\n  command: dotnet out/Web.dll\n  network:\n    port: 5000\n    env: APP_PORT\n`,
    `dotnet6 6.0 original: dotnet publish -c Release -o out -> dotnet out/Web.dll, port 5000 as APP_PORT []
  line 1, column 1: a byte-order mark was ignored; the right form is the file saved as UTF-8 without one
  line 2, column 10: App Runner stopped supporting dotnet6 on 2025-12-01; upgrade to dotnet8`,
  ],
  [
    'a phase that is one text',
    `${start}build:\n    commands:\n        build:\n            npm ci --omit=dev\n${run}`,
    `nodejs22 22 revised: npm ci --omit=dev -> node server.js, port default []
  line 6, column 13: build.commands.build is one command instead of a list; it was read as a list of one; the right form is build: ["npm ci --omit=dev"]`,
  ],
  [
    'python3 with a version that it never had',
    `version: 1.0\nruntime: python3\n${build.replace('npm ci', 'pip install .')}run:\n  runtime-version: 3.10\n  command: uvicorn main:app\n`,
    `python3 3.10 original: pip install . -> uvicorn main:app, port default []
  line 2, column 10: App Runner's python3 ended with 3.8; it is built with 3.10 anyway`,
  ],
  [
    'an install that a revised build loses',
    `version: 1.0\nruntime: python311\n${build.replace('npm ci', 'pip install -r requirements.txt')}run:\n  command: gunicorn server:app\n`,
    `python311 3.11 revised: pip install -r requirements.txt -> gunicorn server:app, port default []
  line 5, column 5: "pip install -r requirements.txt" installs outside of /app, and of the build of python311 only /app is kept; the right form is the same command under run.pre-run, too`,
  ],
  [
    'installs that a revised build loses, with a pre-run that makes up for some of them',
    `version: 1.0
runtime: nodejs22
build:
  commands:
    pre-build:
      - sudo yum -y install jq
    build:
      - npm ci && npm install pm2 -g
      - pip3 install --quiet -r requirements.txt
      - yarn global add serve
run:
  pre-run:
    - python3 -m pip install -r requirements.txt
    - echo ready
  command: pm2-runtime server.js
`,
    `nodejs22 22 revised: npm ci && npm install pm2 -g; pip3 install --quiet -r requirements.txt; yarn global add serve | python3 -m pip install -r requirements.txt | echo ready -> pm2-runtime server.js, port default []
  line 5, column 5: "sudo yum -y install jq" installs outside of /app, and of the build of nodejs22 only /app is kept; the right form is the same command under run.pre-run, too
  line 7, column 5: "npm install pm2 -g", "yarn global add serve" install outside of /app, and of the build of nodejs22 only /app is kept; the right form is the same commands under run.pre-run, too`,
  ],
  [
    'python312 as if it were python311',
    `version: 1.0\nruntime: python312\n${build}run:\n  pre-run: [pip install .]\n  command: python app.py\n`,
    `python312 3.12 revised: npm ci | pip install . -> python app.py, port default []
  line 2, column 10: App Runner never had python312; it is built anyway`,
  ],
  [
    'Markdown after the file',
    `${start}${build}${run}\`\`\`\n\n## **Step 2**\n`,
    'apprunner.yaml, line 9, column 1: a Markdown code fence; the right form is YAML alone: remove this line and all text that is not part of the file',
  ],
  [
    'php, with a variable for the port',
    'version: 1.0 \nruntime: php81\nbuild:\n  commands:\n    build:\n      - ./scripts/build.sh\nrun:\n  command: ./scripts/start.sh\n  network:\n    port: 8080\n    env: APP_PORT',
    `php81 8.1 original: ./scripts/build.sh -> ./scripts/start.sh, port 8080 as APP_PORT []
  line 2, column 10: App Runner stopped supporting php81 on 2025-12-31; upgrade to php84`,
  ],
  [
    'keys in other spellings',
    `${start}build:\n  commands:\n    pre_build:\n      - echo 1\n    build:\n      - echo 2\nrun:\n  runtimeVersion: v22.x\n  command: node server.js\n`,
    `nodejs22 22 revised: echo 2 -> node server.js, port default []
  line 5, column 5: "pre_build" in build.commands was read as pre-build; the right form is pre-build
  line 10, column 3: "runtimeVersion" in run was read as runtime-version; the right form is runtime-version
  line 10, column 19: run.runtime-version "v22.x" was read as 22; the right form is 22`,
  ],
  [
    'network, env and command at the top',
    `${start}${build}command: node server.js\nnetwork:\n  port: 3000\nenv:\n  - name: A\n    value: b\n`,
    `nodejs22 22 revised: npm ci -> node server.js, port 3000 [A=b]
  line 7, column 1: command at the top was read as run.command; the right form is run.command
  line 8, column 1: network at the top was read as run.network; the right form is run.network
  line 10, column 1: env at the top was read as run.env; the right form is run.env`,
  ],
  [
    'run below build',
    `${start}${build}  run:\n    command: node server.js\n`,
    `nodejs22 22 revised: npm ci -> node server.js, port default []
  line 7, column 3: build.run was read as run; the right form is run`,
  ],
  [
    'a command that YAML takes for a map',
    `${start}build:\n  commands:\n    build:\n      - echo Step 1: install # first\n      - npm ci\n${run}`,
    `nodejs22 22 revised: echo Step 1: install; npm ci -> node server.js, port default []
  line 6, column 9: a command of build.commands.build has ": " or ends in ":", which makes it a map to YAML; it was read as it stands; the right form is 'echo Step 1: install'`,
  ],
  [
    'variables without values, as maps and as texts',
    `${start}${build}${run}  env:\n    - name: EMPTY\n    - name: NONE\n      value:\n    - PLAIN: text\n    - PAIR=a=b\n    - name: TOKEN\n      value-from: arn:aws:ssm:eu-west-1:123456789012:parameter/token\n  secrets:\n    DB: /prod/db\n`,
    `nodejs22 22 revised: npm ci -> node server.js, port default [EMPTY=,NONE=,PLAIN=text,PAIR=a=b TOKEN<-arn:aws:ssm:eu-west-1:123456789012:parameter/token,DB<-/prod/db]
  line 10, column 7: "EMPTY" in run.env has no value; it was read as empty; the right form is value: ""
  line 11, column 7: "NONE" in run.env has no value; it was read as empty; the right form is value: ""
  line 13, column 7: run.env has NAME: text in place of name and value; it was read as such; the right form is - name: NAME and below it value: "TEXT"
  line 14, column 7: an item of run.env is NAME=text; it was read as name and value; the right form is - name: NAME and below it value: "TEXT"
  line 15, column 7: "TOKEN" in run.env has value-from; it was read as one of run.secrets; the right form is run.secrets
  line 18, column 5: run.secrets has NAME: text in place of name and value; it was read as such; the right form is - name: NAME and below it value-from: ARN`,
  ],
  [
    'the environment one level too deep',
    `${start}${build}${run}  network:\n    port: 80\n    env:\n      - name: A\n        value: b\n`,
    `nodejs22 22 revised: npm ci -> node server.js, port 80 [A=b]
  line 11, column 5: run.network.env with several variables was read as run.env; the right form is run.env`,
  ],
  [
    'a PORT that is not the port',
    `${start}${build}${run}  network: 3000\n  env:\n    - name: PORT\n      value: 5000\n`,
    `nodejs22 22 revised: npm ci -> node server.js, port 3000 [PORT=5000]
  line 9, column 3: run.network without port was read as run.network.port; the right form is run.network.port
  line 11, column 7: PORT in run.env is not the port of run.network (3000), which is what PORT was set to; the right form is run.network.port with the port that the application listens on, and no PORT in run.env`,
  ],
  [
    'anchors and block texts',
    `${start}build:\n  commands:\n    build: &all\n      - |\n        set -x\n        npm ci\n    post-build: *all\n${run}`,
    'nodejs22 22 revised: set -x\nnpm ci\n -> node server.js, port default []',
  ],
  [
    'commands under the names that the inputs have',
    `${start}build:\n  build-command: [npm ci]\nrun:\n  start-command: node server.js\n`,
    `nodejs22 22 revised: npm ci -> node server.js, port default []
  line 4, column 3: build.build-command was read as build.commands.build; the right form is build.commands.build
  line 6, column 3: run.start-command was read as run.command; the right form is run.command`,
  ],
  [
    'values that are nothing to YAML, and such in quotes',
    `${start}${build}  env: {}\n${run}  env:\n    - {name: A, value: null}\n    - {name: B, value: ~}\n    - {name: C, value: "null"}\n`,
    `nodejs22 22 revised: npm ci -> node server.js, port default [A=,B=,C=null]
  line 11, column 8: "A" in run.env has no value; it was read as empty; the right form is value: ""
  line 12, column 8: "B" in run.env has no value; it was read as empty; the right form is value: ""`,
  ],
])('%s', (_name, yaml, expected) => {
  expect(describeFile(yaml)).toBe(expected);
});

test.each<[string, string, string]>([
  ['nothing', '', 'apprunner.yaml: is empty; the right form is version, runtime, build and run'],
  [
    'a text',
    'npm ci',
    'apprunner.yaml, line 1, column 1: is text; the right form is version, runtime, build and run as keys',
  ],
  [
    'a buildspec of CodeBuild',
    'version: 0.2\nphases:\n  build:\n    commands: [npm ci]\n',
    `apprunner.yaml, line 1, column 10: version "0.2", which is that of a CodeBuild buildspec; the right form is version: 1.0
apprunner.yaml: has no runtime; the right form is runtime: with one of python311, python3, nodejs22, nodejs18, nodejs16, nodejs14, nodejs12, corretto11, corretto8, dotnet6, php81, ruby31, go1
apprunner.yaml: has no build.commands.build; the right form is build:, below it commands:, below that build: with a list of commands
apprunner.yaml: has no run.command; the right form is run: and below it command: with what starts the application
apprunner.yaml, line 2, column 1: "phases" was ignored: App Runner knows no such key; the right form is at the top version, runtime, build, run`,
  ],
  [
    'a template of CloudFormation',
    `${start}${build}run:\n  command: !Sub node \${Name}.js\n`,
    'apprunner.yaml, line 8, column 17: the YAML tag "!Sub"; the right form is the plain value: nothing fills templates such as !Sub or !Ref in; a command that begins with ! goes in quotes',
  ],
  [
    'a template of another kind',
    `${start}${build}run:\n  command: {{ command }}\n`,
    'apprunner.yaml, line 8, column 13: a key that is a list or a map; the right form is plain names as keys ({{ … }} is not YAML)',
  ],
  [
    'tabs',
    `${start}build:\n\tcommands: [a]\n`,
    'apprunner.yaml, line 4, column 1: is not YAML (tabs are not allowed as indentation); the right form is spaces, not tabs, before the text of a line',
  ],
  [
    'a colon too many',
    `${start}${build}run:\n  command: node: server.js\n`,
    'apprunner.yaml, line 8, column 12: is not YAML (nested mappings are not allowed in compact mappings); the right form is one key a line, and quotes around a value that has ": " in it or ends in ":"',
  ],
  [
    'the ARN of a secret that ends in colons',
    `${start}${build}${run}  secrets:\n    - name: A\n      value-from: arn:aws:secretsmanager:eu-west-1:123456789012:secret:db:key::\n`,
    'apprunner.yaml, line 11, column 19: is not YAML (nested mappings are not allowed in compact mappings); the right form is one key a line, and quotes around a value that has ": " in it or ends in ":"',
  ],
  [
    'a typo',
    `${start}build:\n  comands:\n    build: [npm ci]\n${run}`,
    `apprunner.yaml, line 4, column 3: "comands" in build, which App Runner does not know; the right form is commands
apprunner.yaml: has no build.commands.build; the right form is build:, below it commands:, below that build: with a list of commands`,
  ],
  [
    'an unknown runtime',
    `version: 1.0\nruntime: rust\n${build}${run}`,
    'apprunner.yaml, line 2, column 10: "rust", which is no runtime; the right form is one of python311, python3, nodejs22, nodejs18, nodejs16, nodejs14, nodejs12, corretto11, corretto8, dotnet6, php81, ruby31, go1',
  ],
  [
    'a version of another runtime',
    `${start}${build}${run}  runtime-version: 18\n`,
    'apprunner.yaml, line 2, column 10: runtime-version 18 with runtime nodejs22; the right form is a version that begins with 22, or runtime nodejs18',
  ],
  [
    'a port out of range, a secret in the open, a name twice',
    `${start}${build}${run}  network:\n    port: 99999\n  env:\n    - name: A\n      value: b\n  secrets:\n    - name: A\n      value-from: hush hush\n    - name: A\n      value-from: /a\n`,
    `apprunner.yaml, line 10, column 11: run.network.port is "99999"; the right form is a number from 1 to 65535
apprunner.yaml, line 16, column 19: "A" in run.secrets refers to no ARN (its text is not shown: it may be the secret itself); the right form is the ARN of a Secrets Manager secret or SSM parameter, or the name of a parameter in the Region of the service
apprunner.yaml, line 17, column 7: "A" in run.env and run.secrets is given twice, first on line 12; the right form is each once`,
  ],
  [
    'secrets that ECS does not take',
    `${start}${build}${run}  secrets:
    - name: A
      value-from: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-a1b2c3:password"
    - name: B
      value-from: "arn:aws:secretsmanager:<region>:<account>:secret:db-a1b2c3:password::"
    - name: C
      value-from: arn:aws:ssm:eu-west-1:123456789012:document/c
`,
    `apprunner.yaml, line 11, column 19: "A" in run.secrets refers to an ARN with 1 of the 3 colons behind the name of the secret; the right form is all three, as in ARN:KEY:: (ARN:KEY:STAGE:VERSION)
apprunner.yaml, line 13, column 19: "B" in run.secrets refers to a text with a part to fill in; the right form is the ARN of a Secrets Manager secret or SSM parameter, or the name of a parameter in the Region of the service
apprunner.yaml, line 15, column 19: "C" in run.secrets refers to an ARN of service ssm that names something else; the right form is the ARN of a Secrets Manager secret or SSM parameter, or the name of a parameter in the Region of the service`,
  ],
  [
    'a start command in several parts',
    `${start}${build}run:\n  command: [npm run migrate, npm start]\n`,
    'apprunner.yaml, line 8, column 12: run.command is a list of 2; the right form is one text, such as command: node server.js; several are joined by &&',
  ],
  [
    'a list that begins a command',
    `${start}build:\n  commands:\n    build:\n      - [ -d dist ]\n${run}`,
    'apprunner.yaml, line 6, column 9: a command of build.commands.build is a list; the right form is one text a command, in single quotes where it begins with [ or {',
  ],
  [
    'a command that is nothing to YAML',
    `${start}${build}run:\n  command: null\n`,
    'apprunner.yaml, line 8, column 12: run.command is empty; the right form is one text, such as command: node server.js',
  ],
  [
    'blanks that are none, and a mark without width',
    `\u200bversion: 1.0\nruntime: nodejs22\n${build}${run}\u00a0\u00a0network:\n    port: 3000\n`,
    `apprunner.yaml, line 1, column 1: invisible characters beside "version"; the right form is version typed anew, with plain spaces before it
apprunner.yaml, line 9, column 1: invisible characters beside "network"; the right form is network typed anew, with plain spaces before it`,
  ],
  [
    'an unfinished merge',
    `${start}${build}<<<<<<< HEAD\n${run}`,
    'apprunner.yaml, line 7, column 1: the mark of a merge that is not finished; the right form is one side of it, without the marks',
  ],
  [
    'expressions of GitHub',
    `${start}${build}run:\n  command: node \${{ inputs.file }}\n  env:\n    - name: A\n      value: \${{ secrets.A }}\n`,
    `apprunner.yaml, line 11, column 14: the value of "A" has \${{ … }}, which GitHub fills in workflows alone; the right form is the value itself, or the input environment-variables, where it is filled in
apprunner.yaml, line 8, column 12: a command of run has \${{ … }}, which GitHub fills in workflows alone; the right form is a variable of the environment, such as $NAME`,
  ],
  [
    'name and value as two items, a name twice',
    `${start}${build}${run}  env:\n    - name: A\n    - value: b\n    - name: C\n      value: d\n    - name: C\n      value: e\n`,
    `apprunner.yaml, line 11, column 7: an item of run.env has value and no name; the right form is - name: NAME and below it value: "TEXT"
apprunner.yaml, line 14, column 7: "C" in run.env is given twice, first on line 12; the right form is each once`,
  ],
  [
    'a key that means nothing, for one that is missing',
    `${start}${build}run:\n  entrypoint: node server.js\n`,
    `apprunner.yaml: has no run.command; the right form is run: and below it command: with what starts the application
apprunner.yaml, line 8, column 3: "entrypoint" in run was ignored: App Runner knows no such key; the right form is in run runtime-version, pre-run, command, network, env, secrets`,
  ],
  [
    'a key twice',
    `${start}${build}${run}  command: node other.js\n`,
    'apprunner.yaml, line 9, column 3: the key "command" appears twice; the right form is each key once',
  ],
  [
    'keys as the items of a list',
    `${start}build:\n  commands:\n    - pre-build: npm ci\n    - build: npm run build\n${run}  network:\n    - port: 3000\n`,
    `apprunner.yaml, line 5, column 5: build.commands is a list with "pre-build" in it; the right form is pre-build: with a space after the colon, below build.commands, and no - before it
apprunner.yaml, line 10, column 5: run.network is a list with "port" in it; the right form is port: with a space after the colon, below run.network, and no - before it
apprunner.yaml: has no build.commands.build; the right form is build:, below it commands:, below that build: with a list of commands`,
  ],
  [
    'a colon without a space',
    `${start}${build}run:\n  command:node server.js\n`,
    `apprunner.yaml, line 8, column 3: run is text with "command" in it; the right form is command: with a space after the colon, below run, and no - before it
apprunner.yaml: has no run.command; the right form is run: and below it command: with what starts the application`,
  ],
  [
    'a colon without a space, in the first line',
    `version:1.0\nruntime: nodejs22\n${build}${run}`,
    'apprunner.yaml, line 1, column 1: is not YAML (implicit keys need to be on a single line); the right form is a colon and a space after each key, such as version: 1.0',
  ],
  [
    'commands as other tools have them',
    `${start}build:\n  commands:\n    pre-build:\n      commands:\n        - npm ci\n    build:\n      - run: npm run build\n${run}`,
    `apprunner.yaml, line 6, column 7: a command of build.commands.pre-build is a map with the key "commands"; the right form is the command alone, as text after the - of a list, without "commands"
apprunner.yaml, line 9, column 9: a command of build.commands.build is a map with the key "run"; the right form is the command alone, as text after the - of a list, without "run"`,
  ],
  [
    'a dash without a space, a list in a text, typographic quotes',
    `${start}build:\n  commands:\n    pre-build:\n      -npm ci\n    build: |\n      - npm ci\n      - npm run build\nrun:\n  command: \u201cnode server.js\u201d\n`,
    `apprunner.yaml, line 6, column 7: a command of build.commands.pre-build begins with a -; the right form is a list: each command on a line of its own, after a - and a space
apprunner.yaml, line 7, column 12: a command of build.commands.build begins with a -; the right form is a list: each command on a line of its own, after a - and a space
apprunner.yaml, line 11, column 12: a command of run begins with a typographic quote; the right form is plain quotes (" or '), or none`,
  ],
  [
    'the name of a variable as a list',
    `${start}${build}${run}  network:\n    env: [APP_PORT]\n`,
    'apprunner.yaml, line 10, column 10: run.network.env is a list; the right form is the name of a variable that gets the port, such as APP_PORT',
  ],
  [
    'two documents',
    `${start}${build}${run}---\nversion: 1.0\n`,
    'apprunner.yaml, line 9, column 1: a second document begins (after ---); the right form is one document: remove this line and all that follows',
  ],
])('refused: %s', (_name, yaml, expected) => {
  expect(describeFile(yaml)).toBe(expected);
});

test('a yaml bomb is refused before it is expanded', () => {
  const level = (name: string, of: string) => `${name}: &${name} [${Array(9).fill(of).join(', ')}]`;
  const names = [...'abcdefghijk'];
  const bomb = names
    .map((name, index) => level(name, index === 0 ? 'lol' : `*${names[index - 1]}`))
    .join('\n');
  expect(describeFile(bomb)).toContain('aliases that repeat more than 10000 values');
});

test('a long text that is repeated many times is a bomb, too', () => {
  const yaml = `x: &a ${'x'.repeat(50_000)}\n${start}build:\n  commands:\n    build: [${Array(5000).fill('*a').join(', ')}]\n${run}`;
  expect(describeFile(yaml)).toContain(
    'line 1, column 7: aliases that repeat more than 1000000 characters; the right form is the values written out',
  );
});

test.each([
  ['brackets', '['.repeat(100_000)],
  ['dashes', '- '.repeat(100_000)],
  ['an alias in its own list', 'a: &a\n  - *a\n'],
])('nesting without end is refused: %s', (_name, yaml) => {
  expect(describeFile(yaml)).toContain('nested too deeply');
});

test('ten megabytes are refused unread', () => {
  expect(describeFile('#'.repeat(10_000_000))).toBe(
    'apprunner.yaml: has 10000000 bytes; the right form is at most 2097152 bytes',
  );
});

test('what is not UTF-8 is refused', () => {
  const parsed = parseAppRunnerYaml(Uint8Array.of(0xff, 0xfe, 0x76, 0x00));
  expect(parsed).toEqual({
    ok: false,
    problems: [{ at: undefined, seen: 'is not UTF-8', wanted: 'the file saved as UTF-8' }],
  });
});

test('no message shows the value of a variable', () => {
  const yaml = `${start}${build}${run}  env:\n    - name: bad name\n      value: hush\n    - hush\n    - {name: L, value: [hush]}\n  secrets:\n    - {name: S, value-from: "hush hush"}\n  network: {env: [{name: X, value: {a: hush}}]}\n`;
  expect(describeFile(yaml)).not.toContain('hush');
});
