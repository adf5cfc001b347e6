/** What only the Checkout page needs; part of the one style sheet. */
export const CHECKOUT_STYLE = `
main:has(>.checkout){max-width:60rem;padding-top:min(7vh,4rem)}
.checkout{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:2.5rem 4.5rem;align-items:start}
.checkout .back{display:inline-flex;gap:.4rem;align-items:center;color:var(--soft);font-weight:500}
.checkout .merchant{display:flex;flex-wrap:wrap;gap:.5rem .8rem;align-items:center;margin:0 0 1.8rem;font-weight:600}
.checkout .total{font-size:2.5rem;line-height:1.15;font-weight:700;font-variant-numeric:tabular-nums;letter-spacing:-.01em;margin:.1rem 0 1.6rem}
.checkout h1{font-size:1rem;font-weight:500;color:var(--soft);margin:0}
.items{list-style:none;margin:0;padding:0}
.items li{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:.1rem 1rem;padding:.8rem 0}
.items li+li{border-top:1px solid var(--line)}
.items b{font-weight:600;overflow-wrap:anywhere}.items .cost{font-weight:600;font-variant-numeric:tabular-nums;text-align:right}
.items .soft{font-size:.86rem}.items .soft.cost{font-weight:400}
.sums{margin:.4rem 0 0}.sums div{border-bottom:0}.sums dt{color:var(--ink);font-weight:600}.sums dd{font-variant-numeric:tabular-nums}
.pay{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:1.6rem 1.75rem 1.75rem;box-shadow:0 8px 30px rgb(20 25 50/8%)}
.pay h2{margin:1.5rem 0 .55rem;font-size:1.02rem}.pay h2:first-of-type{margin-top:0}
.pay label,.pay .label{color:var(--ink);font-weight:500;font-size:.86rem;margin-bottom:.3rem}
.pay input:not([type=radio]),.pay select{margin:0;min-height:2.75rem;padding:.45rem .75rem;border-radius:8px;font-size:1rem}
.pay input::placeholder{color:var(--soft);opacity:.75}
.pay input[aria-invalid],.pay select[aria-invalid]{border-color:var(--bad);color:var(--bad)}
.pay input:focus-visible,.pay select:focus-visible{outline-offset:-1px;position:relative;z-index:1}
.pay input[readonly]{background:var(--ground);color:var(--soft)}
.pay .field{margin:0 0 1rem}.pay fieldset{border:0;margin:0 0 1rem;padding:0;min-width:0}.pay legend{padding:0}
.joined{display:grid;grid-template-columns:1fr 1fr}
.pay .joined>input,.pay .joined>select{border-radius:0;margin:0 0 -1px;width:auto;min-width:0}
.pay .joined>.whole{grid-column:1/-1}.pay .joined>input.left{margin-right:-1px}
.pay .joined>:first-child:is(input,select){border-radius:8px 8px 0 0}.pay .joined>input.left.last{border-radius:0 0 0 8px}.pay .joined>input.right.last{border-radius:0 0 8px}.pay .joined>input.whole.last{border-radius:0 0 8px 8px}
.problem{display:block;color:var(--bad);font-size:.84rem;margin-top:.3rem}
.ways{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:.6rem;margin-bottom:1.1rem}
.ways label{display:flex;gap:.55rem;align-items:center;margin:0;padding:.6rem .8rem;min-height:2.9rem;border:1px solid var(--line);border-radius:8px;cursor:pointer}
.ways label:has(:checked){border-color:var(--brand);color:var(--brand);background:var(--tint)}
.ways input{accent-color:var(--brand);margin:0;width:1rem;height:1rem}
.pay:has(.ways):not(:has([value=card]:checked)) .way-card,.pay:has(.ways):not(:has([value=us_bank_account]:checked)) .way-us_bank_account,.pay:has(.ways):not(:has([value=sepa_debit]:checked)) .way-sepa_debit{display:none}
.pay button{margin-top:1.4rem;min-height:3.1rem;font-size:1.05rem}
.pay .small-print{margin:.9rem 0 0;text-align:center}
.cheats{margin:1.6rem 0 0;border-top:1px solid var(--line);padding-top:1rem;font-size:.86rem}
.cheats summary{margin:0}.cheats dl{margin:.6rem 0 0;border:0}.cheats dl div{padding:.3rem 0}.cheats dd{font-weight:400}
@media(max-width:52rem){.checkout{grid-template-columns:minmax(0,1fr);gap:1.8rem}main:has(>.checkout){padding-top:1.2rem;max-width:32rem}.checkout .total{font-size:2rem;margin-bottom:1rem}.checkout .merchant{margin-bottom:1rem}.pay{padding:1.25rem 1.1rem 1.4rem}}
`;
