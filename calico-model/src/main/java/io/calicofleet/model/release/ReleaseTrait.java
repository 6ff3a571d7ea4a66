package io.calicofleet.model.release;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What some releases of Calico do and others do not. Which ones is data: {@code calico-traits.json} names the first that
 * does, the first that does no longer, and says what it is. No other code knows a version.
 *
 * <p>A pre-release counts as its release: who runs {@code v3.28.0-0.dev} has what came with v3.28.
 */
public enum ReleaseTrait {
    HOST_ENDPOINTS_DENY_BY_DEFAULT,
    AUTOMATIC_HOST_ENDPOINTS,
    FAILSAFE_API_SERVER,
    FAILSAFE_TYPHA,
    FAILSAFE_NETS,
    FAILSAFE_NETS_OF_ONE_IP_VERSION,
    FAILSAFE_OF_SELECTED_NODES,
    GLOBAL_SELECTOR,
    BPF_POLICES_HOST_ENDPOINTS,
    VXLAN,
    VXLAN_OF_IPV6,
    VXLAN_OF_IPV6_BY_POOLS_ALONE,
    ENCAPSULATION_BY_POOLS,
    WIREGUARD_PORT_FAILSAFE,
    WIREGUARD_BEFORE_POLICIES,
    LABELS_IN_ANNOTATION,
    POLICY_NAMES_IN_ANNOTATION,
    TIERS,
    POLICY_NAMES_UNPREFIXED,
    HELM_RELEASE_IN_TIGERA_OPERATOR,
    OPERATOR_TELLS_CALICO_VERSION,
    OPERATOR_HAS_API_SERVERS,
    OPERATOR_CONNECTS_CLUSTERS,
    PLAIN_TAGGED_FILES,
    ARCHIVE_AT_TIGERA,
    PERFORMANCE_HINTS,
    EXTERNAL_NODES_OF_IPV6,
    UNUSED_CHAINS_LEFT_OUT,
    DROP_MARK,
    NOT_ANY_LEFT_OUT,
    BROKEN_NETWORKS_LEFT_OUT,
    NAMED_PORTS_WITHOUT_PROTOCOL,
    LABELS_NOT_VALIDATED,
    LABELS_OF_WHOLE_PROFILES,
    PACKED_POLICIES,
    NEWER_SELECTORS,
    NETWORK_SETS_WITH_ANYTHING,
    IPTABLES_BACKEND_CHOSEN,
    OPERATOR_TAKES_OVER,
    OPERATOR_TAKES_OVER_NODE_ADDRESSES,
    OPERATOR_TAKES_OVER_IPV6,
    OPERATOR_TAKES_OVER_EBPF,
    OPERATOR_TAKES_OVER_IP_FORWARDING,
    OPERATOR_TAKES_OVER_TYPHA_AFFINITY,
    OPERATOR_TAKES_OVER_SYSCTLS,
    OPERATOR_TAKES_OVER_LOAD_BALANCERS,
    OPERATOR_TAKES_OVER_NFTABLES,
    MOVES_TO_KUBERNETES_DATASTORE;

    private static final String RESOURCE = "/calico-traits.json";

    /** The first release that has it. */
    public CalicoVersion from() {
        return range().from();
    }

    /** Whether {@code version} has it. */
    public boolean isIn(CalicoVersion version) {
        CalicoVersion release = CalicoVersion.of(version.major(), version.minor(), version.patch());
        CalicoVersion before = range().before();
        return release.compareTo(from()) >= 0 && (before == null || release.compareTo(before) < 0);
    }

    /** Whether an upgrade from {@code source} to {@code target} brings it. */
    public boolean comesBetween(CalicoVersion source, CalicoVersion target) {
        return !isIn(source) && isIn(target);
    }

    /** Its name in the file. */
    String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private Range range() {
        return requireNonNull(Ranges.OF.get(this));
    }

    /** The file as it is. */
    static JsonNode file() {
        return data(RESOURCE);
    }

    /** What is known of releases as data, a file of this module. */
    static JsonNode data(String resource) {
        try (InputStream file = ReleaseTrait.class.getResourceAsStream(resource)) {
            return new ObjectMapper().readTree(file);
        } catch (IOException e) {
            throw new UncheckedIOException(resource + " cannot be read", e);
        }
    }

    /** From the first release that has it to the first that has it no longer. */
    private record Range(CalicoVersion from, @Nullable CalicoVersion before) {

        private static Range of(JsonNode entry) {
            return new Range(
                    CalicoVersion.parse(Json.text(entry, "from")),
                    entry.has("before") ? CalicoVersion.parse(Json.text(entry, "before")) : null);
        }
    }

    /** What the file says, read once. */
    private static final class Ranges {

        private static final Map<ReleaseTrait, Range> OF = new EnumMap<>(ReleaseTrait.class);

        static {
            JsonNode file = file();
            for (ReleaseTrait trait : values()) {
                OF.put(trait, Range.of(file.path(trait.key())));
            }
        }
    }
}
