package io.calicofleet.cli.local;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.calicofleet.broker.KafkaBroker;
import io.calicofleet.event.Topic;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AclBinding;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A real broker with Kafka's own authorizer, to which people come with a certificate, with a password (SCRAM) or with a token
 * (OAUTHBEARER), over TLS. Whoever comes without is the administrator, as on a broker's own listener.
 */
final class SecuredBroker implements AutoCloseable {

    static final String SECRET = "not-a-secret";
    private static final String ALLOWED = "org.apache.kafka.sasl.oauthbearer.allowed.urls";

    private final Path folder;
    private final Map<String, Integer> ports = new TreeMap<>();
    private final RSAKey issuer;
    private final KafkaBroker broker;

    /** Starts it, with the topics of the contract and a certificate for each of {@code users}. */
    SecuredBroker(Path folder, Collection<String> users) throws IOException, InterruptedException, JOSEException {
        this.folder = folder;
        Map<String, X509Certificate> certificates = new TreeMap<>();
        certificates.put("broker", certificate("broker", "localhost"));
        for (String user : users) {
            certificates.put(user, certificate(user, user));
        }
        trust(truststore(), certificates);
        issuer = new RSAKeyGenerator(2048).keyID("k1").generate();
        Files.writeString(folder.resolve("jwks.json"), new JWKSet(issuer.toPublicJWK()).toString());
        // A broker, and a client with OAUTHBEARER, read addresses only that their administrator allowed.
        System.setProperty(
                ALLOWED,
                Stream.concat(Stream.of("jwks.json"), users.stream().map(user -> user + ".jwt"))
                        .map(file -> folder.resolve(file).toUri().toString())
                        .collect(Collectors.joining(",")));
        broker = KafkaBroker.start(folder.resolve("kafka"), 0, Map.of(), settings());
        try (Admin admin = Admin.create(administrator())) {
            admin.createTopics(Stream.of(Topic.values())
                            .map(topic -> new NewTopic(topic.topicName(), 2, (short) 1).configs(topic.settings()))
                            .toList())
                    .all()
                    .get();
        } catch (ExecutionException e) {
            throw new IOException(e);
        }
    }

    private Map<String, String> settings() {
        Iterator<Integer> free = Ports.free(5).iterator();
        StringBuilder listeners = new StringBuilder();
        for (String name : List.of("PLAINTEXT", "CONTROLLER", "TLS", "SCRAM", "TOKEN")) {
            ports.put(name, free.next());
            listeners.append(listeners.isEmpty() ? "" : ",").append(name + "://127.0.0.1:" + ports.get(name));
        }
        Map<String, String> settings = new TreeMap<>();
        settings.put("listeners", listeners.toString());
        settings.put("controller.quorum.voters", "1@127.0.0.1:" + ports.get("CONTROLLER"));
        settings.put(
                "listener.security.protocol.map",
                "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,TLS:SSL,SCRAM:SASL_SSL,TOKEN:SASL_SSL");
        settings.put("inter.broker.listener.name", "PLAINTEXT");
        settings.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        settings.put("super.users", "User:ANONYMOUS");
        settings.put("ssl.keystore.location", keystore("broker").toString());
        settings.put("ssl.keystore.password", SECRET);
        settings.put("ssl.truststore.location", truststore().toString());
        settings.put("ssl.truststore.password", SECRET);
        settings.put("listener.name.tls.ssl.client.auth", "required");
        settings.put("listener.name.tls.ssl.principal.mapping.rules", "RULE:^CN=([^,]+)$/$1/");
        settings.put("listener.name.scram.sasl.enabled.mechanisms", "SCRAM-SHA-512");
        settings.put(
                "listener.name.scram.scram-sha-512.sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required;");
        settings.put("listener.name.token.sasl.enabled.mechanisms", "OAUTHBEARER");
        settings.put(
                "listener.name.token.oauthbearer.sasl.jaas.config",
                "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;");
        settings.put(
                "listener.name.token.oauthbearer.sasl.server.callback.handler.class",
                "org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallbackHandler");
        settings.put(
                "listener.name.token.sasl.oauthbearer.jwks.endpoint.url",
                folder.resolve("jwks.json").toUri().toString());
        settings.put("listener.name.token.sasl.oauthbearer.expected.audience", "kafka");
        return settings;
    }

    /** Settings of the administrator's clients. */
    Map<String, Object> administrator() {
        return Map.of("bootstrap.servers", servers("PLAINTEXT"));
    }

    /** Settings of a client that shows a certificate. */
    Map<String, Object> withCertificate(String user) {
        Map<String, Object> client = overTls("TLS", "SSL");
        client.put("ssl.keystore.location", keystore(user).toString());
        client.put("ssl.keystore.password", SECRET);
        return client;
    }

    /** Settings of a client that knows a password, which is set by this. */
    Map<String, Object> withPassword(String user) throws Exception {
        try (Admin admin = Admin.create(administrator())) {
            admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                            user, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), SECRET)))
                    .all()
                    .get();
        }
        Map<String, Object> client = overTls("SCRAM", "SASL_SSL");
        client.put("sasl.mechanism", "SCRAM-SHA-512");
        client.put(
                "sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"" + user + "\" password=\""
                        + SECRET + "\";");
        return client;
    }

    /** Settings of a client that has a token in a file, as Kubernetes mounts them. */
    Map<String, Object> withToken(String user) throws Exception {
        Path file = folder.resolve(user + ".jwt");
        Files.writeString(file, token(user));
        Map<String, Object> client = overTls("TOKEN", "SASL_SSL");
        client.put("sasl.mechanism", "OAUTHBEARER");
        client.put(
                "sasl.login.callback.handler.class",
                "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler");
        client.put("sasl.oauthbearer.token.endpoint.url", file.toUri().toString());
        client.put("sasl.jaas.config", "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;");
        return client;
    }

    private String token(String user) throws JOSEException {
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .subject(user)
                .audience("kafka")
                .issueTime(Date.from(Instant.now()))
                .expirationTime(Date.from(Instant.now().plus(Duration.ofHours(1))))
                .build();
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .keyID(issuer.getKeyID())
                        .build(),
                claims);
        token.sign(new RSASSASigner(issuer));
        return token.serialize();
    }

    /** Lets people do what these say. */
    void allow(List<AclBinding> rights) throws Exception {
        try (Admin admin = Admin.create(administrator())) {
            admin.createAcls(rights).all().get();
        }
    }

    /** {@code host:port} of a listener. */
    String servers(String listener) {
        return "127.0.0.1:" + ports.get(listener);
    }

    private Map<String, Object> overTls(String listener, String protocol) {
        Map<String, Object> client = new TreeMap<>();
        client.put("bootstrap.servers", servers(listener));
        client.put("security.protocol", protocol);
        client.put("ssl.truststore.location", truststore().toString());
        client.put("ssl.truststore.password", SECRET);
        return client;
    }

    private Path keystore(String name) {
        return folder.resolve(name + ".p12");
    }

    private Path truststore() {
        return folder.resolve("trust.p12");
    }

    private X509Certificate certificate(String name, String commonName) throws IOException {
        try {
            KeyPair keys = KeyPairGenerator.getInstance("EC").generateKeyPair();
            X500Name subject = new X500Name("CN=" + commonName);
            GeneralName[] names = {
                new GeneralName(GeneralName.iPAddress, "127.0.0.1"), new GeneralName(GeneralName.dNSName, "localhost")
            };
            Instant now = Instant.now();
            X509Certificate certificate = new JcaX509CertificateConverter()
                    .getCertificate(new JcaX509v3CertificateBuilder(
                                    subject,
                                    BigInteger.valueOf(now.toEpochMilli()),
                                    Date.from(now.minus(Duration.ofDays(1))),
                                    Date.from(now.plus(Duration.ofDays(2))),
                                    subject,
                                    keys.getPublic())
                            .addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names))
                            .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
            KeyStore store = emptyStore();
            store.setKeyEntry(name, keys.getPrivate(), SECRET.toCharArray(), new Certificate[] {certificate});
            write(store, keystore(name));
            return certificate;
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IOException(e);
        }
    }

    private static void trust(Path file, Map<String, X509Certificate> certificates) throws IOException {
        try {
            KeyStore store = emptyStore();
            for (Map.Entry<String, X509Certificate> each : certificates.entrySet()) {
                store.setCertificateEntry(each.getKey(), each.getValue());
            }
            write(store, file);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static void write(KeyStore store, Path file) throws GeneralSecurityException, IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, SECRET.toCharArray());
        }
    }

    @Override
    public void close() {
        broker.close();
        System.clearProperty(ALLOWED);
    }
}
