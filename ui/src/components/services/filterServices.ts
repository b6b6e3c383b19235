/** Filters the list of services by what is typed. */
import type { Service, ServiceId } from "../../bindings";

/** The services whose names contain every word typed, in any order: "bin missed" finds "Missed bin collection". */
export function filterServices(services: Service[], typed: string): Service[] {
  const wanted = plain(typed).split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return services;
  return services.filter((service) => {
    const name = plain(service.name);
    return wanted.every((word) => name.includes(word));
  });
}

/** Adds a service, or removes it if it is there. A new one goes to the end, so that the others keep their places. */
export function toggled(chosen: ServiceId[], id: ServiceId): ServiceId[] {
  return chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id];
}

/** Lower case without accents, so that neither affects the search. */
function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
