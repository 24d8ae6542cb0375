import { defaultPort } from '../source/apprunner/config.ts';
import { execLast } from '../source/apprunner/start-command.ts';
import type { ServiceOfSource } from '../source/prepare-source.ts';
import type { NameValue, ServiceSettings, SettingsLayer } from './model/settings.ts';

export type StatedBySource = ServiceOfSource & {
  /** `apprunner.yaml`, or the inputs that stand for it. */
  readonly origin: string;
  /** The start command is in the image. */
  readonly isGenerated: boolean;
};

/**
 * What fills the settings that no input gives: the source, then the service in App Runner, then App Runner's defaults.
 *
 * App Runner tells the application its port by `PORT`, always; Express does not, so it becomes a variable.
 */
export function settingsLayers(
  given: ServiceSettings,
  stated: StatedBySource | undefined,
  appRunner: SettingsLayer | undefined,
): readonly SettingsLayer[] {
  if (stated === undefined && appRunner === undefined) return [];
  const source = stated && sourceSettings(stated);
  const port =
    given.containerPort ?? source?.containerPort ?? appRunner?.settings.containerPort ?? defaultPort;
  const portNames = ['PORT', ...(stated?.run.portVariable === undefined ? [] : [stated.run.portVariable])];
  const ports: readonly NameValue[] = portNames.map((name) => ({ name, value: String(port) }));
  // The port is what PORT says, whatever was written beside it.
  const withPorts = (settings: ServiceSettings): ServiceSettings => ({
    ...settings,
    environment: [...ports, ...(settings.environment ?? []).filter(({ name }) => !portNames.includes(name))],
  });
  return [
    ...(stated && source ? [{ origin: stated.origin, settings: withPorts(source) }] : []),
    ...(appRunner ? [{ origin: appRunner.origin, settings: withPorts(appRunner.settings) }] : []),
    {
      origin: "App Runner's default",
      settings: { containerPort: defaultPort, ...(appRunner && { healthCheckPath: '/' }) },
    },
  ];
}

function sourceSettings({ run, startCommand, isGenerated }: StatedBySource): ServiceSettings {
  return {
    ...(run.port !== undefined && { containerPort: run.port }),
    // One that the service still has from before would hide that of the image.
    ...(isGenerated && { command: [] }),
    ...(startCommand !== undefined && { command: ['/bin/sh', '-c', execLast(startCommand) ?? startCommand] }),
    environment: run.environment,
    ...(run.secrets.length > 0 && { secrets: run.secrets }),
  };
}

/** A variable of the inputs that tells the application another port than the load balancer asks. */
export function notePort({ environment, containerPort }: ServiceSettings): readonly string[] {
  const told = environment?.find(({ name }) => name === 'PORT')?.value.trim();
  if (told === undefined || containerPort === undefined || told === String(containerPort)) return [];
  return [
    `PORT in environment-variables is not container-port ${containerPort}: an application that listens on what PORT says is not reached.`,
  ];
}
