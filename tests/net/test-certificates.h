/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Two self-signed certificates that protect nothing: the peer's, and one that is not the peer's.
 * Made by: openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500 */

#define TEST_CERTIFICATE \
  "-----BEGIN CERTIFICATE-----\n" \
  "MIIBgTCCASegAwIBAgIUQFd1GqsTFEXFFRdQcXbZRTL22skwCgYIKoZIzj0EAwIw\n" \
  "FTETMBEGA1UEAwwKa2VkYWktdGVzdDAgFw0yNjExMjExNjA2MTBaGA8yMTI2MTAy\n" \
  "ODE2MDYxMFowFTETMBEGA1UEAwwKa2VkYWktdGVzdDBZMBMGByqGSM49AgEGCCqG\n" \
  "SM49AwEHA0IABEePz+xlAHKXdR4ID16lnobyxOrJTZmzLuYGOxchzWMzLx7zwnpx\n" \
  "Nw3U/4h4aailBGsyC/AaMnwiX6N4KuI6r4ajUzBRMB0GA1UdDgQWBBRySUvzNf/+\n" \
  "TvLf8P0aZ9NRQODNEzAfBgNVHSMEGDAWgBRySUvzNf/+TvLf8P0aZ9NRQODNEzAP\n" \
  "BgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIATp6FZdCDu7VmQJvboL\n" \
  "roCg5OzobWl14dy/7EnzLHmaAiEAwdJcJTWKgrW4+8BdsHqrvxWHe62Da+6jjp+y\n" \
  "QMR+BA4=\n" \
  "-----END CERTIFICATE-----\n" \
  "-----BEGIN PRIVATE KEY-----\n" \
  "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgwR7cxOaBwEoOekK6\n" \
  "AabAR33hU2ezxzjtCGd0x3COq4uhRANCAARHj8/sZQByl3UeCA9epZ6G8sTqyU2Z\n" \
  "sy7mBjsXIc1jMy8e88J6cTcN1P+IeGmopQRrMgvwGjJ8Il+jeCriOq+G\n" \
  "-----END PRIVATE KEY-----\n"

#define TEST_OTHER_CERTIFICATE \
  "-----BEGIN CERTIFICATE-----\n" \
  "MIIBgDCCASegAwIBAgIUNcHLQJue9B0DF9Rg4QgsBzdAdeQwCgYIKoZIzj0EAwIw\n" \
  "FTETMBEGA1UEAwwKb3RoZXItdGVzdDAgFw0yNjExMjExNjA2MTBaGA8yMTI2MTAy\n" \
  "ODE2MDYxMFowFTETMBEGA1UEAwwKb3RoZXItdGVzdDBZMBMGByqGSM49AgEGCCqG\n" \
  "SM49AwEHA0IABHadtQ/0jkFGYHd9ai4tBMk1lR24HYrWBRI54r4No0XZbmQ5oLMu\n" \
  "/uvD3RLc/ySoxy4s1Qx7yQ1E78cuxOd+oGCjUzBRMB0GA1UdDgQWBBT1YeXIvWsq\n" \
  "BcPO8/9QxXY+rrlOsjAfBgNVHSMEGDAWgBT1YeXIvWsqBcPO8/9QxXY+rrlOsjAP\n" \
  "BgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0cAMEQCIFAWv6do9IAlamQtJPhu\n" \
  "zvpC/n9yKe6S4rgHcQaQ4X2GAiBEbrL8QNEWvuTl8ZcWRur8MFW9C3uNjCVAn8dP\n" \
  "B7RDfA==\n" \
  "-----END CERTIFICATE-----\n"
