package io.calicofleet.model.felix.evaluation;

import io.calicofleet.model.address.Address;
import io.calicofleet.model.felix.object.Entity.Service;

/** What is known of the endpoints of Kubernetes' services, which rules may name. */
public interface Services {

    /** Nothing. */
    Services UNKNOWN = new Services() {
        @Override
        public Match has(Service service, Address address) {
            return Match.MAYBE;
        }

        @Override
        public Match has(Service service, Address address, int protocol, int port) {
            return Match.MAYBE;
        }
    };

    /** Whether an address is that of an endpoint of the service. */
    Match has(Service service, Address address);

    /** Whether an address and port are those of an endpoint of the service. */
    Match has(Service service, Address address, int protocol, int port);
}
