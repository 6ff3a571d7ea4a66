package io.calicofleet.model.felix.object;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One end of a rule.
 *
 * @param nets networks it is in
 * @param notNets networks it is not in
 * @param selector of labels
 * @param notSelector of labels it does not have
 * @param namespaceSelector of the labels of namespaces
 * @param accountNames names of service accounts
 * @param accountSelector of the labels of service accounts
 * @param ports ports
 * @param notPorts ports that are not meant
 * @param service a service whose endpoints are meant; null: none
 */
public record Entity(
        List<String> nets,
        List<String> notNets,
        String selector,
        String notSelector,
        String namespaceSelector,
        List<String> accountNames,
        String accountSelector,
        List<Port> ports,
        List<Port> notPorts,
        @Nullable Service service) {

    /**
     * A service of Kubernetes.
     *
     * @param namespace its namespace; empty: that of the policy
     * @param name its name; empty: the field is there, but names none, which Felix takes for no service
     */
    public record Service(String namespace, String name) {
        public Service {
            requireNonNull(namespace, "namespace");
            requireNonNull(name, "name");
        }
    }

    public Entity {
        nets = List.copyOf(nets);
        notNets = List.copyOf(notNets);
        requireNonNull(selector, "selector");
        requireNonNull(notSelector, "notSelector");
        requireNonNull(namespaceSelector, "namespaceSelector");
        accountNames = List.copyOf(accountNames);
        requireNonNull(accountSelector, "accountSelector");
        ports = List.copyOf(ports);
        notPorts = List.copyOf(notPorts);
    }

    static Entity of(Fields fields) {
        Fields accounts = fields.object("serviceAccounts");
        return new Entity(
                fields.texts("nets"),
                fields.texts("notNets"),
                fields.text("selector"),
                fields.text("notSelector"),
                fields.text("namespaceSelector"),
                accounts.texts("names"),
                accounts.text("selector"),
                fields.ports("ports"),
                fields.ports("notPorts"),
                fields.optional("services", service -> new Service(service.text("namespace"), service.text("name"))));
    }

    /** Whether it names ports. */
    public boolean hasPorts() {
        return !ports.isEmpty() || !notPorts.isEmpty();
    }

    /** What Felix reads of {@link #nets} of a source. */
    public Nets sourceNets() {
        return Nets.of(nets, true);
    }

    /** What Felix reads of {@link #notNets} of a source. */
    public Nets sourceNotNets() {
        return Nets.of(notNets, true);
    }

    /** What Felix reads of {@link #nets} of a destination. */
    public Nets destinationNets() {
        return Nets.of(nets, false);
    }

    /** What Felix reads of {@link #notNets} of a destination. */
    public Nets destinationNotNets() {
        return Nets.of(notNets, false);
    }
}
