import { request } from 'node:http';
import {
  type Action,
  CreateListenerCommand,
  DeleteListenerCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { EmulatorHandle } from './emulator.ts';

export type PlainAnswer = { readonly status: number; readonly location: string | undefined };

/** As a client with `HTTP_PROXY` asks. */
export function getPlain(emulator: EmulatorHandle, url: string): Promise<PlainAnswer> {
  const { hostname, port } = new URL(emulator.env['HTTP_PROXY'] ?? '');
  const headers = { host: new URL(url).host };
  return new Promise((resolve, reject) => {
    const asked = request({ host: hostname, port, path: url, headers }, (answer) => {
      answer.resume();
      resolve({ status: answer.statusCode ?? 0, location: answer.headers.location });
    });
    asked.on('error', reject).end();
  });
}

export const redirect: Action = {
  Type: 'redirect',
  RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' },
};
export const teapot: Action = { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '418' } };

/** What is on port 80 of the one load balancer, as somebody at the AWS CLI sees and changes it. */
export function openPort80(emulator: EmulatorHandle) {
  const elb = new ElasticLoadBalancingV2Client(emulator.client);
  const balancer = async () => {
    const { LoadBalancers = [] } = await elb.send(new DescribeLoadBalancersCommand({}));
    return LoadBalancers[0];
  };
  const listen = async (action: Action) => {
    const LoadBalancerArn = (await balancer())?.LoadBalancerArn;
    const { Listeners = [] } = await elb.send(
      new CreateListenerCommand({ LoadBalancerArn, Protocol: 'HTTP', Port: 80, DefaultActions: [action] }),
    );
    return Listeners[0]?.ListenerArn ?? '';
  };
  const find = async () => {
    const LoadBalancerArn = (await balancer())?.LoadBalancerArn;
    const { Listeners = [] } = await elb.send(new DescribeListenersCommand({ LoadBalancerArn }));
    return Listeners.find(({ Port }) => Port === 80);
  };
  const remove = async (ListenerArn: string) => {
    await elb.send(new DeleteListenerCommand({ ListenerArn }));
  };
  return {
    dnsName: async () => (await balancer())?.DNSName ?? '',
    listen,
    find,
    remove,
    tags: async () => {
      const ResourceArns = [(await find())?.ListenerArn ?? ''];
      const { TagDescriptions = [] } = await elb.send(new DescribeTagsCommand({ ResourceArns }));
      return Object.fromEntries((TagDescriptions[0]?.Tags ?? []).map(({ Key = '', Value }) => [Key, Value]));
    },
    clear: async () => {
      const ListenerArn = (await find())?.ListenerArn;
      if (ListenerArn !== undefined) await remove(ListenerArn);
    },
  };
}

export type Port80 = ReturnType<typeof openPort80>;
