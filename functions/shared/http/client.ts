import ipaddr from 'ipaddr.js';

/** Groups of an IPv6 address that name one subscriber, who could rotate through the rest at will (A13): a /64. */
const SUBSCRIBER_GROUPS = 4;

/**
 * The client address that failures are counted by: IPv4 as it is, in whatever form it came, of IPv6 the /64. What a
 * trusted proxy sends that is no address counts as one client, so that no spelling of it starts a fresh count.
 */
export function clientKey(address: string): string {
  const text = address.replace(/^\[(.*)\](:\d+)?$/, '$1').replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1');
  if (!ipaddr.isValid(text)) return 'no address';
  const ip = ipaddr.process(text);
  if (!('parts' in ip)) return ip.toString();
  const subscriber = ip.parts.slice(0, SUBSCRIBER_GROUPS).map((group) => group.toString(16));
  return `${subscriber.join(':')}::/64`;
}
