#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdlib.h>

#include "mem.h"
#include "rec_out.h"
#include "salesforce_org.h"

/* As JWT has it: other letters for + and /, nothing at the end. */
static char *
base64url(const unsigned char *bytes, size_t len)
{
	char *text = mem_new(4 * (len / 3 + 1) + 1, 1);

	EVP_EncodeBlock((unsigned char *)text, bytes, (int)len);
	for (char *p = text; *p != '\0'; p++)
		*p = *p == '+' ? '-' : *p == '/' ? '_' : *p;
	text[strcspn(text, "=")] = '\0';
	return text;
}

/* Nobody is there to be asked for a password. */
static int
no_password(char *to, int room, int writes, void *context)
{
	(void)to, (void)room, (void)writes, (void)context;
	return -1;
}

static EVP_PKEY *
key_of(const char *pem, const char **why)
{
	BIO *bio = BIO_new_mem_buf(pem, (int)strlen(pem));
	EVP_PKEY *key =
	    bio != NULL ? PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL) : NULL;

	BIO_free(bio);
	if (key == NULL)
		*why = "is no private key in PEM, without a password";
	else if (!EVP_PKEY_is_a(key, "RSA"))
		*why = "is no RSA key, which RS256 needs";
	else
		return key;
	EVP_PKEY_free(key);
	return NULL;
}

/* The signature, to free(); NULL if there can be none. */
static unsigned char *
sign(EVP_PKEY *key, const char *text, size_t *len)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	const unsigned char *bytes = (const unsigned char *)text;
	unsigned char *signature = NULL;

	if (context != NULL && EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) == 1
	    && EVP_DigestSign(context, NULL, len, bytes, strlen(text)) == 1) {
		signature = mem_new(*len, 1);
		if (EVP_DigestSign(context, signature, len, bytes, strlen(text)) != 1) {
			free(signature);
			signature = NULL;
		}
	}
	EVP_MD_CTX_free(context);
	return signature;
}

static char *
part_of(const json_t *value)
{
	size_t len;
	char *json = rec_json(value, &len), *part = base64url((unsigned char *)json, len);

	free(json);
	return part;
}

char *
jwt_new(const json_t *claims, const char *key_pem, const char **why)
{
	EVP_PKEY *key = key_of(key_pem, why);

	if (key == NULL)
		return NULL;
	json_t *about = json_pack("{s:s, s:s}", "alg", "RS256", "typ", "JWT");
	char *header = part_of(about), *payload = part_of(claims), *token = NULL;
	char *text = mem_printf("%s.%s", header, payload);
	size_t len;
	unsigned char *signature = sign(key, text, &len);

	*why = "cannot sign";
	if (signature != NULL) {
		char *last = base64url(signature, len);
		token = mem_printf("%s.%s", text, last);
		free(last);
	}
	free(signature);
	free(text);
	free(header);
	free(payload);
	json_decref(about);
	EVP_PKEY_free(key);
	return token;
}
