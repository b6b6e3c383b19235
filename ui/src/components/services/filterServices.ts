/** Which services stand in the list while words are typed to filter it. */
import type { Service, ServiceId } from "../../bindings";

/** Those whose name has every word that was typed, in any order: "bin missed" finds "Missed bin collection". */
export function filterServices(services: Service[], typed: string): Service[] {
  const wanted = plain(typed).split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return services;
  return services.filter((service) => {
    const name = plain(service.name);
    return wanted.every((word) => name.includes(word));
  });
}

/** With a service more or less: a new one goes to the end, so that the others stay where they are. */
export function toggled(chosen: ServiceId[], id: ServiceId): ServiceId[] {
  return chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id];
}

/** Without capitals and accents, so that neither keeps a name from being found. */
function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
