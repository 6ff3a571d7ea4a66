package io.calicofleet.simulator.kubernetes.rbac;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * A service account that speaks to the API with a token of its own. It may do what the roles in the cluster allow it, and
 * what it does is remembered, each thing once.
 */
public final class Account {

    private final String namespace;
    private final String name;
    private final String user;
    private final List<String> groups;
    private final String token = UUID.randomUUID().toString();
    private final Set<Access> used = new ConcurrentSkipListSet<>();
    private final Set<Access> denied = new ConcurrentSkipListSet<>();
    private final Set<Access> asked = new ConcurrentSkipListSet<>();

    public Account(String namespace, String name) {
        this.namespace = requireNonNull(namespace, "namespace");
        this.name = requireNonNull(name, "name");
        this.user = "system:serviceaccount:" + namespace + ":" + name;
        this.groups = List.of("system:serviceaccounts", "system:serviceaccounts:" + namespace, "system:authenticated");
    }

    private Account(String user, List<String> groups) {
        this.namespace = "";
        this.name = "";
        this.user = user;
        this.groups = List.copyOf(groups);
    }

    /** Somebody who is no service account. */
    public static Account ofUser(String user, List<String> groups) {
        return new Account(user, groups);
    }

    /** Its namespace. */
    public String namespace() {
        return namespace;
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** The name of its user. */
    public String user() {
        return user;
    }

    /** The groups of its user. */
    public List<String> groups() {
        return groups;
    }

    /** What it shows the API server. */
    public String token() {
        return token;
    }

    /** What it did and was allowed to. */
    public Set<Access> used() {
        return new TreeSet<>(used);
    }

    /** What it tried and was not allowed to. */
    public Set<Access> denied() {
        return new TreeSet<>(denied);
    }

    /** What it asked in access reviews whether it may. */
    public Set<Access> asked() {
        return new TreeSet<>(asked);
    }

    /** Remembers a request. */
    public void did(Access access, boolean allowed) {
        (allowed ? used : denied).add(access);
    }

    /** Remembers an access review. */
    public void asks(Access access) {
        asked.add(access);
    }
}
