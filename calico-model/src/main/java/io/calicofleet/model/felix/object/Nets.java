package io.calicofleet.model.felix.object;

import io.calicofleet.model.address.Address;
import io.calicofleet.model.address.Cidr;
import java.util.List;
import java.util.Objects;

/**
 * A list of networks as Felix reads it: what is none is left out, so that a list of none is no list
 * (libcalico-go/lib/backend/syncersv1/updateprocessors/rules.go).
 *
 * @param nets the networks
 * @param nothing whether an empty text is among them, which for a source becomes the network {@code <nil>} of IPv4
 */
public record Nets(List<Cidr> nets, boolean nothing) {

    public Nets {
        nets = List.copyOf(nets);
    }

    static Nets of(List<String> texts, boolean source) {
        return new Nets(
                texts.stream().map(Cidr::parse).filter(Objects::nonNull).toList(), source && texts.contains(""));
    }

    /** Whether it is no list. */
    public boolean isEmpty() {
        return nets.isEmpty() && !nothing;
    }

    /** How many of them are of this version of IP. */
    public int count(boolean v6) {
        return (int) nets.stream().filter(net -> net.v6() == v6).count() + (nothing && !v6 ? 1 : 0);
    }

    /** Whether any of them has the address. */
    public boolean contains(Address address) {
        return nets.stream().anyMatch(net -> net.contains(address));
    }

    /** Whether it is no list, or has one of this version of IP. */
    boolean hasAny(boolean v6) {
        return isEmpty() || (nothing && !v6) || nets.stream().anyMatch(net -> net.v6() == v6);
    }
}
