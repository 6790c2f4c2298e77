# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
"""A certificate authority of the test's own."""

import subprocess


class Authority:
    """An authority and what it issues into a directory, for this run only."""

    def __init__(self, directory):
        directory.mkdir()
        self.directory = directory
        self.openssl("req", "-x509", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=test CA")

    def openssl(self, *arguments):
        key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc", "-days", "2")
        subprocess.run(["openssl", *arguments, *key], cwd=self.directory, check=True, capture_output=True)

    def issue(self, name, subject, alt_name, usage):
        """Paths of a certificate and its key."""
        self.openssl("req", "-x509", "-keyout", f"{name}.key", "-out", f"{name}.pem", "-subj", subject,
                     "-CA", "ca.pem", "-CAkey", "ca.key", "-addext", f"subjectAltName={alt_name}",
                     "-addext", "basicConstraints=critical,CA:FALSE", "-addext", f"extendedKeyUsage={usage}")
        return self.directory / f"{name}.pem", self.directory / f"{name}.key"

    @property
    def ca(self):
        return self.directory / "ca.pem"

    def listener_tls(self, certificate, key):
        """The listener's setting that serves this certificate and asks clients for one of this authority."""
        return f'tls: {{certificate: "{certificate}", private_key: "{key}", client_certificates: "{self.ca}"}}'
