package io.calicofleet.runtime.http;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which addresses a service may ask that somebody else names. An address may be the word of whoever writes campaigns, and where it
 * redirects to is the word of a server; neither is to have a service ask what only its own machine may ask.
 */
public final class Outgoing {

    /** Metadata services that are no link-local addresses: of Alibaba Cloud, of Azure's agent, and of AWS by IPv6. */
    private static final Set<String> METADATA = Set.of("100.100.100.200", "168.63.129.16", "fd00:ec2:0:0:0:0:0:254");

    private final List<String> hosts;
    private final String setting;

    /**
     * A rule. No host is one where clouds keep the credentials of their machines.
     *
     * @param hosts the hosts, {@code *.example.org} for all below example.org; empty: any
     * @param setting the setting that has them, for messages
     */
    public Outgoing(List<String> hosts, String setting) {
        this.setting = requireNonNull(setting, "setting");
        this.hosts = hosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).toList();
    }

    /** @throws IOException where nothing is to be asked of it; the message says why */
    public void check(URI address) throws IOException {
        String host = address.getHost();
        if (host == null || !("http".equals(address.getScheme()) || "https".equals(address.getScheme()))) {
            throw new IOException("it is no address that can be asked: " + address);
        }
        if (!hosts.isEmpty() && hosts.stream().noneMatch(allowed -> isOf(allowed, host))) {
            throw new IOException("nothing is asked of " + host + ": " + setting + " has " + String.join(", ", hosts));
        }
        for (InetAddress at : addresses(host)) {
            if (at.isLinkLocalAddress()
                    || at.isMulticastAddress()
                    || at.isAnyLocalAddress()
                    || METADATA.contains(at.getHostAddress())) {
                throw new IOException("nothing is asked of " + host + ": " + at.getHostAddress()
                        + " is no address of a server, but may be one of a cloud's metadata");
            }
        }
    }

    /** @throws IOException where an answer from {@code from} is not to lead to {@code to}; the message says why */
    public void checkRedirect(URI from, URI to) throws IOException {
        check(to);
        if ("https".equals(from.getScheme()) && "http".equals(to.getScheme())) {
            throw new IOException(from + " redirects to " + to + ", which is not encrypted");
        }
        if (!isThisMachine(from.getHost()) && isThisMachine(to.getHost())) {
            throw new IOException(from + " redirects to this machine: " + to);
        }
    }

    private static boolean isOf(String allowed, String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return allowed.startsWith("*.") ? name.endsWith(allowed.substring(1)) : name.equals(allowed);
    }

    private static boolean isThisMachine(String host) {
        return addresses(host).stream().anyMatch(InetAddress::isLoopbackAddress);
    }

    /** Empty for a name that only a proxy knows; without one it is not reached either. */
    private static List<InetAddress> addresses(String host) {
        try {
            return List.of(
                    InetAddress.getAllByName(host.startsWith("[") ? host.substring(1, host.length() - 1) : host));
        } catch (UnknownHostException e) {
            return List.of();
        }
    }
}
