package io.calicofleet.cli.doctor;

import static java.util.Objects.requireNonNull;

import io.calicofleet.model.Durations;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Something that is valid until an end: a certificate, or a token.
 *
 * @param whose for people, such as {@code the planner's certificate}
 * @param ends when
 * @param renew what to do in time
 */
record Certificate(String whose, Instant ends, String renew) {

    /** As long before its end as the alert CalicoFleetCertificateEnds tells, somebody should renew it. */
    static final Duration SOON = Duration.ofDays(14);

    private static final String PART = "certificates";
    private static final int MOST = 10;
    private static final int PATIENCE_MILLIS = 5000;

    Certificate {
        requireNonNull(whose, "whose");
        requireNonNull(ends, "ends");
        requireNonNull(renew, "renew");
    }

    /** What is to be said of them: each that has ended or ends soon, and of the others which ends next. */
    static List<Finding> judged(Collection<Certificate> certificates, Instant now) {
        List<Finding> findings = new ArrayList<>();
        List<Certificate> sorted = certificates.stream()
                .sorted(Comparator.comparing(Certificate::ends))
                .toList();
        for (Certificate one : sorted) {
            Duration left = Duration.between(now, one.ends());
            if (left.isNegative()) {
                findings.add(Finding.bad(PART, one.whose() + " ended " + days(left.negated()) + " ago", one.renew()));
            } else if (left.compareTo(SOON) < 0) {
                findings.add(Finding.look(PART, one.whose() + " ends in " + days(left), one.renew()));
            }
        }
        int told = findings.size();
        if (told > MOST) {
            List<Finding> rest = findings.subList(MOST, told);
            String more = (told - MOST) + " more ended, or end within two weeks";
            boolean bad = rest.getFirst().state() == Finding.State.BAD;
            rest.clear();
            findings.add(new Finding(
                    PART, bad ? Finding.State.BAD : Finding.State.LOOK, more, "Renew these first, and look again"));
        }
        if (told < sorted.size()) {
            Certificate first = sorted.get(told);
            findings.addFirst(Finding.ok(
                    PART,
                    (sorted.size() - told) + " good for two weeks or more; the next to end, in "
                            + days(Duration.between(now, first.ends())) + ": " + first.whose()));
        }
        return findings;
    }

    private static String days(Duration duration) {
        return duration.toDays() == 1
                ? "1 day"
                : duration.toDays() > 0 ? duration.toDays() + " days" : Durations.shortly(duration);
    }

    /** The one of them that ends first, under one name; empty where there is none. */
    static Optional<Certificate> first(String whose, Collection<X509Certificate> chain, String renew) {
        return chain.stream()
                .map(each -> each.getNotAfter().toInstant())
                .min(Instant::compareTo)
                .map(ends -> new Certificate(whose, ends, renew));
    }

    /**
     * Certificates in PEM or DER.
     *
     * @throws IOException where they are none; the message has nothing of what they are
     */
    static List<X509Certificate> read(byte[] encoded) throws IOException {
        try {
            return CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(encoded))
                    .stream()
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (CertificateException e) {
            throw new IOException("it is no certificate", null);
        }
    }

    /**
     * Those a server shows, whether or not anybody trusts them: they are looked at, and nothing is sent.
     *
     * @throws IOException where it does not answer as a server of TLS does
     */
    static List<X509Certificate> served(String host, int port) throws IOException {
        Shown shown = new Shown();
        try (Socket plain = new Socket()) {
            plain.connect(new InetSocketAddress(host, port), PATIENCE_MILLIS);
            plain.setSoTimeout(PATIENCE_MILLIS);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {shown}, null);
            try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true)) {
                if (host.matches(".*[A-Za-z].*") && !host.contains(":")) {
                    SSLParameters parameters = socket.getSSLParameters();
                    parameters.setServerNames(List.of(new SNIHostName(host)));
                    socket.setSSLParameters(parameters);
                }
                socket.startHandshake();
            }
        } catch (IOException e) {
            // A server that wants a certificate of ours has shown its own before.
            if (shown.chain.isEmpty()) {
                throw e;
            }
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
        return shown.chain;
    }

    /** Remembers what it is shown. */
    private static final class Shown implements X509TrustManager {

        private List<X509Certificate> chain = List.of();

        @Override
        public void checkClientTrusted(X509Certificate[] certificates, String type) {
            throw new UnsupportedOperationException("nobody is served here");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] certificates, String type) {
            chain = List.of(certificates);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
