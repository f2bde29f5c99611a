/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-web-view.h"

G_BEGIN_DECLS

/* The frame of every page, and the small parts pages are made of. Texts are escaped here; what
 * takes markup says so. */

typedef enum
{
  KD_WEB_ICON_BACK,
  KD_WEB_ICON_SEARCH,
  KD_WEB_ICON_CART,
  KD_WEB_ICON_CHAT,
  KD_WEB_ICON_SEND,
  KD_WEB_ICON_CLOSE,
  KD_WEB_ICON_CHECK,
  KD_WEB_ICON_PLUS,
  KD_WEB_ICON_MINUS,
  KD_WEB_ICON_BIN,
} KdWebIcon;

typedef enum
{
  KD_WEB_FRAME_SHOP,    /* name, search, cart, chat */
  KD_WEB_FRAME_INNER,   /* a way back and a title */
  KD_WEB_FRAME_CHAT,    /* likewise, the page fills the screen */
} KdWebFrame;

/**
 * kd_web_page_begin:
 * @title: of the page
 * @back: (nullable): path of the shop where the way back leads
 *
 * Everything up to the page's own content. The notice of the view stands first in it.
 */
void kd_web_page_begin (KdWebView *view,
                        KdWebFrame frame,
                        const char *title,
                        const char *back);

/* @bar: (nullable): markup of the bar at the bottom; NULL for the cart's, where there is one */
void kd_web_page_end (KdWebView *view,
                      const char *bar);

/* Lines of the head beside title and style, set before kd_web_page_begin(). */
typedef struct
{
  char *description, *canonical, *image;
} KdWebHead;
void kd_web_page_begin_with (KdWebView *view,
                             KdWebFrame frame,
                             const char *title,
                             const char *back,
                             const KdWebHead *head);

/* The same page for everything that isn't there. */
void kd_web_not_found (KdWebView *view);

/* A page that says why not. */
void kd_web_sorry (KdWebView *view,
                   guint status,
                   const char *title,
                   const char *text);

/* The same without a shop: words for what the server itself refuses. */
GBytes *kd_web_failed_page (const KdWeb *web,
                            guint status,
                            KdWebLanguage language);

void kd_web_icon (GString *html,
                  KdWebIcon icon);
/* Printf, where every %s is escaped. */
void kd_web_print (GString *html,
                   const char *format,
                   ...) G_GNUC_PRINTF (2, 3);

/* Begins a form that posts to a path of the shop, with what proves where it comes from. */
void kd_web_form_begin (KdWebView *view,
                        const char *path,
                        const char *attributes);
/* The same with a uid of its own: so that sending it twice does it once. */
void kd_web_form_begin_once (KdWebView *view,
                             const char *path,
                             const char *attributes);

/* (transfer full): "Rp15.000", as the reader's language writes it */
char *kd_web_money (KdWebView *view,
                    gint64 minor);
/* (transfer full): "1,5" */
char *kd_web_quantity (KdWebView *view,
                       gint64 thousandths);
/* (transfer full): "14:32" today, "21 Nov, 14:32" before; in the shop's time zone */
char *kd_web_time (KdWebView *view,
                   gint64 ms);

/* A thumbnail of at most 30 kB; @width: one of these. Without a picture a tile with the name's first letter. */
#define KD_WEB_PICTURE_SMALL 128
#define KD_WEB_PICTURE_CARD 512
#define KD_WEB_PICTURE_LARGE 640
void kd_web_picture (KdWebView *view,
                     const KdHash *hash,
                     guint width,
                     const char *name,
                     gboolean lazy);

/* Bytes of an answer, packed; NULL if that fails. */
GBytes *kd_web_pack (GBytes *plain);

/* The files of ours. */
void kd_web_assets_load (KdWeb *web);
void kd_web_assets_clear (KdWeb *web);
void kd_web_asset_send (const KdWeb *web,
                        KdBuyersRequest *request);

/* ---- pages: on a lane's thread, after kd_web_view_begin() ---- */

typedef gboolean (*KdWebPage) (KdWebView *view,
                               GError **error);

gboolean kd_web_shop_page (KdWebView *view,
                           GError **error);
gboolean kd_web_category_page (KdWebView *view,
                               GError **error);
gboolean kd_web_product_page (KdWebView *view,
                              GError **error);
gboolean kd_web_cart_page (KdWebView *view,
                           GError **error);
gboolean kd_web_cart_post (KdWebView *view,
                           GError **error);
gboolean kd_web_checkout_page (KdWebView *view,
                               GError **error);
gboolean kd_web_checkout_post (KdWebView *view,
                               GError **error);
gboolean kd_web_order_page (KdWebView *view,
                            GError **error);
gboolean kd_web_order_post (KdWebView *view,
                            GError **error);
gboolean kd_web_chat_page (KdWebView *view,
                           GError **error);
gboolean kd_web_chat_post (KdWebView *view,
                           GError **error);

/* A picture, and the socket: they answer by themselves. */
void kd_web_picture_send (const KdWeb *web,
                          KdBuyersRequest *request);
void kd_web_live_open (const KdWeb *web,
                       KdBuyersRequest *request);

/* ---- the catalog as a buyer sees it ---- */

typedef struct
{
  const KdProduct *product;
  GPtrArray *variants;      /* (owned) (element-type KdVariant): for sale, in their order */
  GPtrArray *media;         /* (owned) (element-type KdMedia): with bytes, in their order */
  gint64 low, high;         /* KD_EMPTY: nothing has a price */
  gint64 compare_at;        /* of the cheapest; KD_EMPTY: none */
  gboolean available;       /* one of them may be bought */
} KdWebProduct;

/* (nullable): NULL where buyers don't see it */
KdWebProduct *kd_web_product_load (KdWebView *view,
                                   const KdId *id);
void kd_web_product_free (KdWebProduct *product);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdWebProduct, kd_web_product_free)

/* None where it has no picture. */
KdHash kd_web_product_photo (const KdWebProduct *product);
/* (transfer full): path with the shop's slug */
char *kd_web_product_path (KdWebView *view,
                           const KdProduct *product);
gboolean kd_web_variant_available (KdWebView *view,
                                   const KdVariant *variant,
                                   gint64 quantity);
/* The page of one product, with a notice from the view. */
void kd_web_product_show (KdWebView *view,
                          const KdId *id,
                          const KdId *variant);
/* Price, and the one before it struck through. */
void kd_web_price (KdWebView *view,
                   const KdWebProduct *product);

/* ---- the cart ---- */

typedef struct
{
  const KdOrderLine *line;
  const KdProduct *product;   /* (nullable) */
  const KdVariant *variant;   /* (nullable) */
  gint64 price, amount;       /* as the catalog says now */
  gint64 available;           /* thousandths, KD_STOCK_UNLIMITED */
  gboolean sellable, enough;
} KdWebCartLine;

struct _KdWebCart
{
  const KdOrder *order;       /* (nullable): there is none yet */
  GArray *lines;              /* (owned) of KdWebCartLine */
  gint64 count;               /* pieces; a line sold by weight is one */
  gint64 total;
  gboolean ready;             /* everything in it can be ordered */
};

/* (transfer none): of this session; empty where there is none */
KdWebCart *kd_web_cart (KdWebView *view);
void kd_web_cart_free (KdWebCart *cart);

/* ---- orders ---- */

typedef enum
{
  KD_WEB_FIELD_NAME,
  KD_WEB_FIELD_PHONE,
  KD_WEB_FIELD_ADDRESS,
  KD_WEB_FIELD_NOTE,
  KD_WEB_N_FIELDS,
} KdWebBuyerField;

/* What a buyer types to order; the fields' names in forms. */
typedef struct
{
  char *fields[KD_WEB_N_FIELDS];
  char *wrong[KD_WEB_N_FIELDS];  /* what is wrong with it */
  gboolean cod;
} KdWebBuyerForm;

void kd_web_buyer_form_clear (KdWebBuyerForm *form);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KdWebBuyerForm, kd_web_buyer_form_clear)
/* What this session typed last. */
gboolean kd_web_buyer_form_recall (KdWebView *view,
                                   KdWebBuyerForm *form,
                                   GError **error);
/* What was posted; FALSE if something is wrong with it. */
gboolean kd_web_buyer_form_read (KdWebView *view,
                                 KdWebBuyerForm *form);
void kd_web_buyer_form_show (KdWebView *view,
                             const KdWebBuyerForm *form);
/* order.place or order.confirm with what was posted. (transfer full) */
KdCall *kd_web_place_call (KdWebView *view,
                           const char *name,
                           const KdOrder *order,
                           const KdWebBuyerForm *form);
/* @also of the call that places an order: it is this session's, and typed here. */
gboolean kd_web_order_typed (KdShopTx *tx,
                             gpointer data,
                             GError **error);
typedef struct
{
  KdBuyerSession *session;
  KdId order;
  gboolean typed;           /* name and address come from this session */
  gboolean adopt;           /* the order had no contact: the one it gets is this session's */
} KdWebOrderMark;

const char *kd_web_stage_text (KdWebView *view,
                               const KdOrder *order);
/* "good", "warning", "bad" or "": how a stage looks */
const char *kd_web_stage_class (const KdOrder *order);
/* (transfer container) */
GPtrArray *kd_web_order_lines (KdWebView *view,
                               const KdId *order);
/* The order behind a link; NULL where there is none for this buyer. */
const KdOrder *kd_web_order_find (KdWebView *view,
                                  const char *token,
                                  GError **error);
/* The largest position of the order and what belongs to it. */
gint64 kd_web_order_position (KdWebView *view,
                              const KdOrder *order);
gboolean kd_web_order_total (KdWebView *view,
                             const KdOrder *order,
                             gint64 *ret_total);

/* ---- messages ---- */

/* One entry of a conversation, as page and socket show it. */
void kd_web_message (KdWebView *view,
                     const KdMessage *message);
/* The largest position of the message and of what its card shows. */
gint64 kd_web_message_position (KdWebView *view,
                                const KdMessage *message);
/* New answers of the shop that this buyer hasn't seen. */
guint kd_web_unread (KdWebView *view);

/**
 * kd_web_message_post:
 * @text: as typed
 *
 * What a buyer wrote, on the lane that writes. The message has the form's uid for its id.
 *
 * Returns: %FALSE with @error; @ret_wrong says why it was refused, NULL where it was taken
 */
gboolean kd_web_message_post (KdWebView *view,
                              const char *text,
                              const char *name,
                              const KdId *product,
                              char **ret_wrong,
                              GError **error);

G_END_DECLS
