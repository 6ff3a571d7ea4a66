package io.calicofleet.executor.core.lockout;

import io.calicofleet.model.address.Address;
import io.calicofleet.model.felix.evaluation.Match;
import io.calicofleet.model.felix.evaluation.Services;
import io.calicofleet.model.felix.object.Entity.Service;
import io.calicofleet.model.felix.object.Protocol;
import java.util.List;

/** The service {@code default/kubernetes}, whose endpoints are known; no other's are. */
record ApiServerService(List<Need.Remote> servers, int port) implements Services {

    ApiServerService {
        servers = List.copyOf(servers);
    }

    @Override
    public Match has(Service service, Address address) {
        return isIt(service)
                ? Match.of(servers.stream().anyMatch(server -> server.address().contains(address)))
                : Match.MAYBE;
    }

    @Override
    public Match has(Service service, Address address, int protocol, int itsPort) {
        return isIt(service) && (protocol != Protocol.TCP || itsPort != port) ? Match.NO : has(service, address);
    }

    private static boolean isIt(Service service) {
        return service.name().equals("kubernetes") && service.namespace().equals("default");
    }
}
