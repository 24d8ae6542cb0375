import { defaultPort } from '../source/apprunner/config.ts';
import { execLast } from '../source/apprunner/start-command.ts';
import type { ServiceOfSource } from '../source/prepare-source.ts';
import type { SettingsLayer } from './fill-settings.ts';
import type { NameValue, ServiceSettings } from './settings.ts';

const appRunnersDefault = "App Runner's default";

/**
 * What a source that App Runner could build says of the service, as layers for what no input gives.
 *
 * App Runner tells the application its port by `PORT`, always; Express does not, so it becomes a variable. `given`: the
 * settings of the inputs.
 */
export function sourceLayers(
  { run, startCommand }: ServiceOfSource,
  {
    origin,
    given,
    isGenerated,
  }: {
    readonly origin: string;
    readonly given: ServiceSettings;
    /** The start command is in the image. */
    readonly isGenerated: boolean;
  },
): readonly SettingsLayer[] {
  const port = given.containerPort ?? run.port ?? defaultPort;
  const portNames = ['PORT', ...(run.portVariable === undefined ? [] : [run.portVariable])];
  const ports: readonly NameValue[] = portNames.map((name) => ({ name, value: String(port) }));
  const stated: ServiceSettings = {
    ...(run.port !== undefined && { containerPort: run.port }),
    // One that the service still has from before would hide that of the image.
    ...(isGenerated && { command: [] }),
    ...(startCommand !== undefined && { command: ['/bin/sh', '-c', execLast(startCommand) ?? startCommand] }),
    environment: [...ports, ...run.environment.filter(({ name }) => !portNames.includes(name))],
    ...(run.secrets.length > 0 && { secrets: run.secrets }),
  };
  return [
    { origin, settings: stated },
    { origin: appRunnersDefault, settings: { containerPort: defaultPort } },
  ];
}

/** A variable of the inputs that tells the application another port than the load balancer asks. */
export function notePort({ environment, containerPort }: ServiceSettings): readonly string[] {
  const told = environment?.find(({ name }) => name === 'PORT')?.value.trim();
  if (told === undefined || containerPort === undefined || told === String(containerPort)) return [];
  return [
    `PORT in environment-variables is not container-port ${containerPort}: an application that listens on what PORT says is not reached.`,
  ];
}
