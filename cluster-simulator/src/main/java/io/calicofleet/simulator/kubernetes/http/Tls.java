package io.calicofleet.simulator.kubernetes.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A certificate of our own for 127.0.0.1 and localhost, made at every start; clients get it in their kubeconfig. */
public final class Tls {

    private static final String ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";

    private final SSLContext context;
    private final String certificatePem;
    private final String privateKeyPem;

    private Tls(SSLContext context, String certificatePem, String privateKeyPem) {
        this.context = context;
        this.certificatePem = certificatePem;
        this.privateKeyPem = privateKeyPem;
    }

    /** Makes a key and its certificate. */
    public static Tls create() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair keys = generator.generateKeyPair();
            byte[] der = certificate(keys);
            Certificate certificate =
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            char[] password = "simulator".toCharArray();
            store.setKeyEntry("simulator", keys.getPrivate(), password, new Certificate[] {certificate});
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(store, password);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return new Tls(
                    context,
                    pem("CERTIFICATE", der),
                    pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this JDK cannot make a certificate: " + e.getMessage(), e);
        }
    }

    private static String pem(String what, byte[] der) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + what + "-----\n" + base64 + "\n-----END " + what + "-----\n";
    }

    private static byte[] certificate(KeyPair keys) throws GeneralSecurityException {
        byte[] algorithm = Der.sequence(Der.oid(ECDSA_WITH_SHA256));
        byte[] name =
                Der.sequence(Der.set(Der.sequence(Der.oid("2.5.4.3"), Der.utf8("calico-fleet cluster-simulator"))));
        byte[] validity = Der.sequence(Der.time("20200101000000Z"), Der.time("20991231235959Z"));
        byte[] names = Der.sequence(
                Der.tagged(0x82, "localhost".getBytes(StandardCharsets.US_ASCII)),
                Der.tagged(0x87, new byte[] {127, 0, 0, 1}));
        byte[] extensions = Der.tagged(
                0xa3,
                Der.sequence(
                        Der.sequence(Der.oid("2.5.29.19"), Der.bool(true), Der.octets(Der.sequence(Der.bool(true)))),
                        Der.sequence(Der.oid("2.5.29.17"), Der.octets(names))));
        byte[] body = Der.sequence(
                Der.tagged(0xa0, Der.integer(BigInteger.TWO)),
                Der.integer(new BigInteger(64, new SecureRandom())),
                algorithm,
                name,
                validity,
                name,
                keys.getPublic().getEncoded(),
                extensions);
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(keys.getPrivate());
        signature.update(body);
        return Der.sequence(body, algorithm, Der.bits(signature.sign()));
    }

    /** For the server. */
    public SSLContext context() {
        return context;
    }

    /** The certificate, which is its own authority. */
    public String certificatePem() {
        return certificatePem;
    }

    /** The private key of the certificate (PKCS 8), for servers and clients that want it as a file. */
    public String privateKeyPem() {
        return privateKeyPem;
    }
}
