import type { Answer } from 'dns-packet';
import type { ResourceRecord } from '../route-53/answer.ts';
import { labelsOf } from '../route-53/domain-name.ts';

/** The wire form of a record; `undefined` for the types whose form is not modelled (README). */
export function toWire({ name, type, ttl, value }: ResourceRecord): Answer | undefined {
  const header = { name: wireName(name), ttl, class: 'IN' } as const;
  const fields = value.split(/\s+/);
  const [first = '', second = '', third = '', fourth = ''] = fields;
  switch (type) {
    case 'A':
    case 'AAAA':
      return { ...header, type, data: value };
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return { ...header, type, data: withoutDot(value) };
    case 'TXT':
      return { ...header, type, data: stringsOf(value) };
    case 'MX':
      return { ...header, type, data: { preference: Number(first), exchange: withoutDot(second) } };
    case 'SRV': {
      const numbers = { priority: Number(first), weight: Number(second), port: Number(third) };
      return { ...header, type, data: { ...numbers, target: withoutDot(fourth) } };
    }
    case 'CAA': {
      const [, flags = '0', tag = 'issue', text = ''] = /^(\d+) (\S+) "(.*)"$/.exec(value) ?? [];
      return { ...header, type, data: { flags: Number(flags), tag: caaTag(tag), value: text } };
    }
    case 'SOA': {
      const [serial = 0, refresh = 0, retry = 0, expire = 0, minimum = 0] = fields.slice(2).map(Number);
      const times = { serial, refresh, retry, expire, minimum };
      return { ...header, type, data: { mname: withoutDot(first), rname: withoutDot(second), ...times } };
    }
    default:
      return undefined;
  }
}

/** The library writes labels as they are and knows no escapes. */
const wireName = (name: string): string => labelsOf(name).join('.');

const withoutDot = (name: string): string => name.replace(/\.$/, '');

/** `"a" "b"` → two strings of one record. */
const stringsOf = (value: string): string[] =>
  [...value.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => text.replace(/\\(.)/g, '$1'));

const caaTag = (tag: string): 'issue' | 'issuewild' | 'iodef' =>
  tag === 'issuewild' || tag === 'iodef' ? tag : 'issue';
