package io.calicofleet.cli.image;

import io.calicofleet.cli.CliException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The Java that images have: what the services may need of the JDK this process runs on. */
final class JavaRuntime {

    /**
     * All of Java SE: libraries look for parts of it by name, and one that is left out is missed when it is needed. Beside it what our
     * services use: name servers, memory without bounds, what monitoring asks for.
     */
    private static final String MODULES = "java.se,jdk.crypto.ec,jdk.jfr,jdk.management,jdk.naming.dns,jdk.net,"
            + "jdk.security.auth,jdk.unsupported,jdk.zipfs";

    private JavaRuntime() {}

    /**
     * Makes one, for this machine's kind of processor.
     *
     * @param folder where it will be; its parent is there
     * @return the folder
     * @throws CliException where this is no JDK, or one whose runtime would trust nobody
     */
    static Path make(Path folder) throws IOException, InterruptedException {
        Path jlink = Path.of(System.getProperty("java.home"), "bin", "jlink");
        if (!Files.isExecutable(jlink)) {
            throw CliException.failed(jlink + " is not there: run it on a whole JDK (JAVA_HOME)");
        }
        Programs.run(
                folder.resolveSibling("."),
                jlink.toString(),
                "--add-modules",
                MODULES,
                "--strip-debug",
                "--no-man-pages",
                "--no-header-files",
                "--generate-cds-archive",
                "--output",
                folder.toString());
        Path trusted = folder.resolve("lib/security/cacerts");
        if (!Files.exists(trusted) || Files.size(trusted) == 0) {
            throw CliException.failed("the JDK at " + System.getProperty("java.home")
                    + " has no certificates of authorities to hand on; take another one, by JAVA_HOME");
        }
        return folder;
    }
}
