import { dateOf, type Ecs, type Service } from './state.ts';

/** ECS keeps the latest 100 events of a service. */
const KEPT_EVENTS = 100;

/** Adds an event in ECS's words: `(service web) has started 1 tasks: (task …).` */
export function addEvent(ecs: Ecs, service: Service, message: string): void {
  const event = {
    id: ecs.ids.uuid(),
    createdAt: dateOf(ecs),
    message: `(service ${service.name}) ${message}`,
  };
  service.events = [event, ...service.events].slice(0, KEPT_EVENTS);
}
