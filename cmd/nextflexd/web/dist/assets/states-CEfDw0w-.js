import{n as e}from"./rolldown-runtime-WkwZ5CU-.js";import{C as t,F as n,I as r,J as i,M as a,S as o,St as s,_t as c,a as l,at as u,g as d,i as f,it as p,n as m,o as h,rt as g,t as _,ut as v,vt as y,w as b}from"./Stack-BRATTxHT.js";function x(e){return String(e).match(/[\d.\-+]*\s*(.*)/)[1]||``}function S(e){return parseFloat(e)}var C=e(s(),1);function w(e){return p(`MuiSkeleton`,e)}g(`MuiSkeleton`,[`root`,`text`,`rectangular`,`rounded`,`circular`,`pulse`,`wave`,`withChildren`,`fitContent`,`heightAuto`]);var T=v(),E=e=>{let{classes:t,variant:n,animation:r,hasChildren:a,width:o,height:s}=e;return i({root:[`root`,n,r,a&&`withChildren`,a&&!o&&`fitContent`,a&&!s&&`heightAuto`]},w,t)},D=y`
  0% {
    opacity: 1;
  }

  50% {
    opacity: 0.4;
  }

  100% {
    opacity: 1;
  }
`,O=y`
  0% {
    transform: translateX(-100%);
  }

  50% {
    /* +0.5s of delay between each loop */
    transform: translateX(100%);
  }

  100% {
    transform: translateX(100%);
  }
`,k=typeof D==`string`?null:c`
        animation: ${D} 2s ease-in-out 0.5s infinite;
      `,A=typeof O==`string`?null:c`
        &::after {
          animation: ${O} 2s linear 0.5s infinite;
        }
      `,j=r(`span`,{name:`MuiSkeleton`,slot:`Root`,overridesResolver:(e,t)=>{let{ownerState:n}=e;return[t.root,t[n.variant],n.animation!==!1&&t[n.animation],n.hasChildren&&t.withChildren,n.hasChildren&&!n.width&&t.fitContent,n.hasChildren&&!n.height&&t.heightAuto]}})(a(({theme:e})=>{let t=x(e.shape.borderRadius)||`px`,n=S(e.shape.borderRadius),r=b(e,{animation:`none`}),i=b(e,{"&::after":{animation:`none`,display:`none`}});return{display:`block`,backgroundColor:e.vars?e.vars.palette.Skeleton.bg:e.alpha(e.palette.text.primary,e.palette.mode===`light`?.11:.13),height:`1.2em`,variants:[{props:{variant:`text`},style:{marginTop:0,marginBottom:0,height:`auto`,transformOrigin:`0 55%`,transform:`scale(1, 0.60)`,borderRadius:`${n}${t}/${Math.round(n/.6*10)/10}${t}`,"&:empty:before":{content:`"\\00a0"`}}},{props:{variant:`circular`},style:{borderRadius:`50%`}},{props:{variant:`rounded`},style:{borderRadius:(e.vars||e).shape.borderRadius}},{props:({ownerState:e})=>e.hasChildren,style:{"& > *":{visibility:`hidden`}}},{props:({ownerState:e})=>e.hasChildren&&!e.width,style:{maxWidth:`fit-content`}},{props:({ownerState:e})=>e.hasChildren&&!e.height,style:{height:`auto`}},{props:{animation:`pulse`},style:k||{animation:`${D} 2s ease-in-out 0.5s infinite`}},...r?[{props:{animation:`pulse`},style:r}]:[],{props:{animation:`wave`},style:{position:`relative`,overflow:`hidden`,WebkitMaskImage:`-webkit-radial-gradient(white, black)`,"&::after":{background:`linear-gradient(
                90deg,
                transparent,
                ${(e.vars||e).palette.action.hover},
                transparent
              )`,content:`""`,position:`absolute`,transform:`translateX(-100%)`,bottom:0,left:0,right:0,top:0}}},{props:{animation:`wave`},style:A||{"&::after":{animation:`${O} 2s linear 0.5s infinite`}}},...i?[{props:{animation:`wave`},style:i}]:[]]}})),M=C.forwardRef(function(e,t){let r=n({props:e,name:`MuiSkeleton`}),{animation:i=`pulse`,className:a,component:o=`span`,height:s,style:c,variant:l=`text`,width:d,...f}=r,p={...r,animation:i,component:o,variant:l,hasChildren:!!f.children},m=E(p);return(0,T.jsx)(j,{as:o,ref:t,className:u(m.root,a),ownerState:p,...f,style:{width:d,height:s,...c}})});function N({title:e,children:t,action:n,role:r,level:i=`h2`}){return(0,T.jsxs)(_,{role:r,spacing:2,sx:{alignItems:`center`,textAlign:`center`,py:{xs:5,md:8},px:2,maxWidth:520,mx:`auto`},children:[(0,T.jsx)(I,{}),(0,T.jsx)(l,{variant:`h2`,component:i,children:e}),t&&(0,T.jsx)(l,{color:`textSecondary`,children:t}),n]})}function P({error:e,retry:n}){let r=t(),i=f(e);return(0,T.jsxs)(N,{role:`alert`,title:(0,T.jsx)(o,{id:`error.title`}),action:n&&(0,T.jsx)(h,{variant:`contained`,onClick:n,children:(0,T.jsx)(o,{id:`common.retry`})}),children:[m(r,i),i&&i.status>=500&&i.requestId&&(0,T.jsxs)(T.Fragment,{children:[` `,(0,T.jsx)(o,{id:`error.request`,values:{id:i.requestId}})]})]})}function F({lines:e=5,height:n=40}){let{formatMessage:r}=t();return(0,T.jsx)(_,{spacing:1,role:`status`,"aria-label":r({id:`common.loading`}),children:Array.from({length:e},(e,t)=>(0,T.jsx)(M,{variant:`rounded`,height:n},t))})}function I(){return(0,T.jsxs)(d,{component:`svg`,viewBox:`0 0 96 96`,"aria-hidden":!0,focusable:`false`,sx:{width:88,color:`primary.main`,opacity:.9},children:[(0,T.jsx)(`circle`,{cx:`48`,cy:`48`,r:`44`,fill:`none`,stroke:`currentColor`,strokeWidth:`3`}),(0,T.jsx)(`circle`,{cx:`48`,cy:`48`,r:`7`,fill:`currentColor`}),[0,72,144,216,288].map(e=>(0,T.jsx)(`circle`,{cx:`48`,cy:`22`,r:`10`,fill:`none`,stroke:`currentColor`,strokeWidth:`3`,transform:`rotate(${e} 48 48)`},e))]})}export{M as i,F as n,N as r,P as t};