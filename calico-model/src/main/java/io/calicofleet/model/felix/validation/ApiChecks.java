package io.calicofleet.model.felix.validation;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.address.Cidr;
import io.calicofleet.model.felix.object.Entity;
import io.calicofleet.model.felix.object.ProfileObject;
import io.calicofleet.model.felix.object.Protocol;
import io.calicofleet.model.felix.object.Rule;
import io.calicofleet.model.release.ReleaseTrait;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What Calico's API asks of a profile beyond what Felix asks of its rules (libcalico-go/lib/validator/v3/validator.go).
 */
final class ApiChecks {

    private static final Pattern LABEL =
            Pattern.compile("([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");
    private static final Pattern VALUE = Pattern.compile("([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?");

    private static final String GLOBAL = "global()";

    private ApiChecks() {}

    static boolean pass(ProfileObject profile, CalicoVersion version) {
        return profile.exact()
                && profile.labels().entrySet().stream().allMatch(ApiChecks::isLabel)
                && Stream.concat(profile.ingress().stream(), profile.egress().stream())
                        .allMatch(rule -> pass(rule, version));
    }

    private static boolean isLabel(Map.Entry<String, String> label) {
        return LABEL.matcher(label.getKey()).matches()
                && VALUE.matcher(label.getValue()).matches();
    }

    private static boolean pass(Rule rule, CalicoVersion version) {
        return areNetworks(rule)
                && (!ReleaseTrait.NOT_ANY_LEFT_OUT.isIn(version) || !leavesOutAll(rule))
                && isIcmp(rule)
                && pass(rule.source())
                && pass(rule.destination())
                && (rule.destination().service() == null || !rule.destination().hasPorts());
    }

    private static boolean leavesOutAll(Rule rule) {
        return Stream.of(rule.source(), rule.destination())
                .flatMap(end -> end.notNets().stream())
                .anyMatch(net -> Cidr.read(net).filter(Cidr::isAny).isPresent());
    }

    /** Of one version of IP, which is that of the rule, without bits beyond the prefix. */
    private static boolean areNetworks(Rule rule) {
        List<Entity> ends = List.of(rule.source(), rule.destination());
        List<String> nets = ends.stream()
                .flatMap(end -> Stream.concat(end.nets().stream(), end.notNets().stream()))
                .toList();
        List<Integer> versions =
                nets.stream().map(net -> net.contains(":") ? 6 : 4).distinct().toList();
        Integer version = rule.ipVersion();
        return nets.stream().allMatch(ApiChecks::isNetwork)
                && versions.size() <= 1
                && (version == null || versions.stream().allMatch(version::equals));
    }

    private static boolean isNetwork(String text) {
        int slash = text.indexOf('/');
        return slash > 0
                && Cidr.read(text)
                        .filter(net -> Cidr.read(text.substring(0, slash))
                                .filter(address -> address.base().equals(net.base()))
                                .isPresent())
                        .isPresent();
    }

    private static boolean isIcmp(Rule rule) {
        boolean named = rule.icmp() == null
                || (rule.protocol() != null
                        && Set.of("icmp", "icmpv6").contains(rule.protocol().name()));
        return named
                && Stream.of(Optional.ofNullable(rule.icmp()), Optional.ofNullable(rule.notIcmp()))
                        .flatMap(Optional::stream)
                        .allMatch(icmp -> icmp.code() == null || icmp.type() != null)
                && isFor(rule.protocol(), rule.ipVersion())
                && isFor(rule.notProtocol(), rule.ipVersion());
    }

    private static boolean isFor(@Nullable Protocol protocol, @Nullable Integer version) {
        return protocol == null
                || version == null
                || switch (protocol.name()) {
                    case "icmp" -> version == 4;
                    case "icmpv6" -> version == 6;
                    default -> true;
                };
    }

    private static boolean pass(Entity entity) {
        String namespaces = entity.namespaceSelector();
        boolean global = entity.selector().contains(GLOBAL)
                || (namespaces.contains("global(") && !namespaces.strip().equals(GLOBAL));
        Entity.Service service = entity.service();
        boolean named = service == null
                || (!service.name().isEmpty()
                        && Stream.of(entity.selector(), entity.notSelector(), namespaces, entity.accountSelector())
                                .allMatch(String::isEmpty)
                        && entity.accountNames().isEmpty()
                        && entity.nets().isEmpty()
                        && entity.notNets().isEmpty());
        return !global && named;
    }
}
